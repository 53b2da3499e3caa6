package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.optimize.Averaging;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fits in single precision, whose parameters and moments live in libtorch's memory. */
class HomeTest {
  private static final Problems.Schools DATA = Problems.Schools.eight();
  private static final int STEPS = 40;

  /** A norm that most gradients of this fit are above. */
  private static final SviSettings SETTINGS =
      SviSettings.defaults()
          .withSteps(STEPS)
          .withClipNorm(2)
          .withEvaluation(15, 20)
          .withConvergence(Convergence.never());

  /** A mean of iterates is kept in Java, and so is everything; here it would start too late. */
  private static final SviSettings IN_JAVA =
      SETTINGS.withAveraging(Averaging.uniform(Long.MAX_VALUE - 1));

  @TempDir private Path folder;

  private static Session single() {
    return Session.open(
        SessionSettings.of(31).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32));
  }

  private record Run(ParamStore params, Svi<Problems.Schools> svi) {
    static Run of(Session session, SviSettings settings) {
      ParamStore params = Problems.params(session);
      Model<Problems.Schools> model = Problems.eightSchools();
      Guide<Object> guide = Problems.iaf(ModelStructure.of(session, model, DATA), params, 16);
      return new Run(params, new Svi<>(session, params, model, guide, new Elbo(4), settings));
    }

    Run steps(int count) {
      for (int i = 0; i < count; i++) {
        svi.step(DATA);
      }
      return this;
    }
  }

  private static double[] after(SviSettings settings) {
    Run run;
    try (Session session = single()) {
      run = Run.of(session, settings).steps(STEPS);
    }
    // Read when the session, and what it had in libtorch, is closed.
    return run.params().snapshot().values();
  }

  @Test
  void movesAreThoseOfAdamInJava() {
    double[] there = after(SETTINGS);
    double[] here = after(IN_JAVA);
    for (int i = 0; i < here.length; i++) {
      // 40 steps of at most the rate each, where single precision decides between two signs of a
      // gradient near 0; all others agree to rounding.
      assertThat(there[i]).isCloseTo(here[i], within(2e-4));
    }
    assertThat(there).isNotEqualTo(here);
  }

  @Test
  void numbersWrittenBetweenStepsAreUsed() {
    try (Session session = single()) {
      double[] undisturbed = Run.of(session, SETTINGS).steps(6).params().snapshot().values();
      Run run = Run.of(session, SETTINGS).steps(5);
      double[] kept = run.params().snapshot().values();
      run.params().params().forEach(p -> p.set(new double[p.shape().size()]));
      double zero = run.svi().step(DATA).loss();
      assertThat(run.params().snapshot().values()).isNotEqualTo(undisturbed);
      assertThat(zero).isFinite();
      System.arraycopy(kept, 0, run.params().values(), 0, kept.length);
      assertThat(run.params().snapshot().values()).startsWith(kept);
    }
  }

  @Test
  void whatIsFrozenInBetweenStays() {
    try (Session session = single()) {
      Run run = Run.of(session, SETTINGS).steps(5);
      Param frozen = run.params().params().get(0);
      double[] before = frozen.toDoubles();
      double[] all = run.params().snapshot().values();
      run.params().freeze(frozen.path());
      run.steps(5);
      assertThat(frozen.toDoubles()).isEqualTo(before);
      assertThat(run.params().snapshot().values()).isNotEqualTo(all);
      run.params().unfreeze(frozen.path());
      run.steps(5);
      assertThat(frozen.toDoubles()).isNotEqualTo(before);
    }
  }

  @Test
  void aFitGoesOnFromACheckpointToTheSameBits() {
    Path file = folder.resolve("fit.ckpt");
    double[] whole;
    try (Session session = single()) {
      Run run = Run.of(session, SETTINGS);
      run.svi().run(DATA);
      whole = run.svi().checkpoint().parameters().values();
    }
    try (Session session = single()) {
      Run.of(session, SETTINGS).svi().checkpointTo(file, 7).pausingAt(21).run(DATA);
    }
    try (Session session = single()) {
      Run run = Run.of(session, SETTINGS);
      run.svi().restore(Checkpoint.read(file)).run(DATA);
      assertThat(run.svi().checkpoint().parameters().values()).isEqualTo(whole);
    }
  }
}
