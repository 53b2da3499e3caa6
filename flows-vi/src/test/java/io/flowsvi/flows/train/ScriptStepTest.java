package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.ppl.dist.Gamma;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Steps that are one call of libtorch are the steps that are many calls of it. */
class ScriptStepTest {
  private static final int STEPS = 30;
  private static final double[] ROWS = {0.2, 1.4, -0.7, 2.2, 0.1, 0.9, -1.1};

  private record Batch(int[] ids, double[] y) {}

  /** Three rows, three, and one: two kinds of batches. */
  private static final Batches<Batch> BATCHES =
      Batches.shuffled(
          7,
          3,
          Seed.of(3),
          ids -> new Batch(ids, Arrays.stream(ids).mapToDouble(i -> ROWS[i]).toArray()));

  private static final Model<Batch> MODEL =
      (ctx, d) -> {
        Tensor mu = ctx.sample(Problems.MU, Normal.of(1, 3));
        ctx.plate(
            Plate.batch("row", d.ids(), ROWS.length),
            () ->
                ctx.observe(Problems.Y, Normal.of(mu, 1), ctx.data(d.y(), Shape.of(d.y().length))));
      };

  private record Run<D>(Svi<D> svi, double[] losses, double[] parameters) {}

  private static <D> Run<D> run(Model<D> model, Batches<D> batches, Execution execution) {
    try (Session session =
        Session.open(
            SessionSettings.of(7).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32))) {
      ParamStore params = Problems.params(session);
      Guide<Object> guide =
          Problems.meanField(ModelStructure.of(session, model, batches.batch(0)), params);
      SviSettings settings = SviSettings.defaults().withSteps(STEPS).withExecution(execution);
      Svi<D> svi = new Svi<>(session, params, model, guide, new Elbo(5), settings);
      double[] losses = new double[STEPS];
      for (int i = 0; i < STEPS; i++) {
        losses[i] = svi.step(batches.batch(i)).loss();
      }
      return new Run<>(svi, losses, params.snapshot().values());
    }
  }

  private static <D> Run<D> agree(Model<D> model, Batches<D> batches, Execution expected) {
    Run<D> eager = run(model, batches, Execution.EAGER);
    Run<D> script = run(model, batches, Execution.COMPILED);
    assertThat(eager.svi().execution()).isEqualTo(Execution.EAGER);
    assertThat(script.svi().execution()).isEqualTo(expected);
    for (int i = 0; i < STEPS; i++) {
      // Single precision, and steps that build on one another.
      assertThat(script.losses()[i]).isCloseTo(eager.losses()[i], within(2e-3));
    }
    assertThat(script.parameters()).containsExactly(eager.parameters(), within(1e-3));
    return script;
  }

  @Test
  void wholeFitAgrees() {
    agree(Problems.eightSchools(), Batches.full(Problems.Schools.eight()), Execution.COMPILED);
  }

  @Test
  void minibatchesAgree() {
    agree(MODEL, BATCHES, Execution.COMPILED);
  }

  /** The fit says so and runs. */
  @Test
  void whatHasNoScriptRunsEagerlyAndSaysWhy() {
    Model<double[]> beta =
        (ctx, y) -> {
          Tensor scale = ctx.sample(Problems.TAU, Gamma.of(2, 2));
          Tensor mean = Tensor.number(3).binary(Binary.LOG_BETA, scale);
          ctx.plate(
              Plate.of("row", y.length),
              () ->
                  ctx.observe(Problems.Y, Normal.of(mean, scale), ctx.data(y, Shape.of(y.length))));
        };
    Run<double[]> run = agree(beta, Batches.full(ROWS), Execution.EAGER);
    assertThat(run.svi().whyEager()).contains("libtorch has no call for LOG_BETA");
  }
}
