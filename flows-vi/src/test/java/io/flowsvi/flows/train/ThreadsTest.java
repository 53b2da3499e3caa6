package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.objective.Iwae;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.ppl.compile.Crew;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Particles of long steps are split, with the same bits for any number of threads. */
class ThreadsTest {
  private static final int MANY = 6_000;

  /** Parts are added in another order than all particles at once. */
  private static final double ORDER = 1e-10;

  /** What one step of eight schools gives: the loss and the gradient, and how it was split. */
  private record Stepped(double[] numbers, int parts) {
    static Stepped of(Objective objective, int threads) {
      try (Session session = Session.open(7)) {
        var model = Problems.eightSchools();
        var data = Problems.Schools.eight();
        ParamStore params = Problems.params(session);
        ModelStructure structure = ModelStructure.of(session, model, data);
        Guide<Object> guide = Problems.meanField(structure, params);
        var target =
            new Target<>(
                session,
                params,
                structure,
                model,
                guide,
                Target.queries(session, params, Execution.EAGER));
        var step = new CompiledStep<>(target, objective, threads);
        double[] numbers = new double[params.size() + 1];
        for (int i = 0; i < 3; i++) {
          numbers[params.size()] += step.run(data, Seed.of(3), i, 1);
        }
        System.arraycopy(step.gradient(), 0, numbers, 0, params.size());
        return new Stepped(numbers, step.parts());
      }
    }
  }

  /** A loss of log weights, and what is said of it. */
  private record Promised(boolean averagesParticles, UnaryOperator<Tensor> bound)
      implements Objective {
    @Override
    public int particles() {
      return MANY;
    }

    @Override
    public Tensor loss(Scores scores, Tensor temperature) {
      return bound.apply(scores.logWeights()).negate();
    }
  }

  @Test
  void bitsDoNotDependOnThreads() {
    Stepped one = Stepped.of(new Elbo(MANY), 1);
    assertThat(one.parts()).isGreaterThan(2);
    for (int threads = 2; threads <= 3; threads++) {
      assertThat(Stepped.of(new Elbo(MANY), threads).numbers()).isEqualTo(one.numbers());
    }
    Stepped whole = Stepped.of(new Promised(false, w -> w.mean(0)), 2);
    assertThat(whole.parts()).isOne();
    assertThat(one.numbers()).containsExactly(whole.numbers(), within(ORDER * MANY));
  }

  @Test
  void shortStepsAndWeighedParticlesStayWhole() {
    assertThat(Stepped.of(new Elbo(10), 2).parts()).isOne();
    assertThat(Stepped.of(new Iwae(MANY), 2).parts()).isOne();
  }

  /** Whoever says that a loss is a mean over particles is not believed without a trial. */
  @Test
  void lossesThatAreNoMeansAreNotSplit() {
    assertThat(Stepped.of(new Promised(true, w -> w.logSumExp(0)), 2).parts()).isOne();
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void wholeFitsHaveTheSameBits(Precision precision) {
    double[] alone = fit(precision, 1);
    assertThat(fit(precision, 2)).isEqualTo(alone);
    assertThat(fit(precision, 3)).isEqualTo(alone);
  }

  private static double[] fit(Precision precision, int threads) {
    try (Session session = Session.open(SessionSettings.of(7).withPrecision(precision))) {
      var model = Problems.eightSchools();
      var data = Problems.Schools.eight();
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, model, data);
      Guide<Object> guide = Problems.meanField(structure, params);
      SviSettings settings =
          SviSettings.defaults().withSteps(60).withEvaluation(30, 50).withThreads(threads);
      return new Svi<>(session, params, structure, model, guide, new Elbo(MANY), settings)
          .run(data)
          .parameters()
          .values();
    }
  }

  @Test
  void thereMustBeAThread() {
    assertThatThrownBy(() -> SviSettings.defaults().withThreads(0))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("threads must be at least 1, got 0");
    assertThatThrownBy(() -> new Crew(0))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("at least 1 thread, got 0");
  }
}
