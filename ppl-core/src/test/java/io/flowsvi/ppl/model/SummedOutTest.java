package io.flowsvi.ppl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Categorical;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.junit.jupiter.api.Test;

class SummedOutTest {
  private static final double[] Y = {-1, 0.5, 3, 2.2};
  private static final double[] PRIOR = {0.5, 0.2, 0.3};

  private static void threeComponents(Context ctx, double[] y) {
    Tensor loc = ctx.sample(new Latent("loc"), Normal.of(0, 2));
    Tensor tilt = ctx.sample(new Latent("tilt"), Normal.of(0, 1));
    ctx.plate(
        Plate.of("row", y.length),
        () -> {
          Tensor logits =
              ctx.data(new double[y.length], Shape.of(y.length)).unsqueeze(-1).plus(weights());
          Tensor z = ctx.sample(new Latent("z"), Categorical.logits(logits));
          Tensor flag = ctx.sample(new Latent("flag"), Bernoulli.logits(tilt));
          Tensor mean = loc.plus(z.times(1.5)).minus(flag);
          ctx.observe(new Observed("y"), Normal.of(mean, 0.7), ctx.data(y, Shape.of(y.length)));
          ctx.observe(new Observed("free"), Normal.of(loc, 2), ctx.data(y, Shape.of(y.length)));
        });
  }

  private static Tensor weights() {
    double[] logs = new double[PRIOR.length];
    for (int k = 0; k < logs.length; k++) {
      logs[k] = Math.log(PRIOR[k]);
    }
    return io.flowsvi.ppl.tensor.Arena.current().tensor(logs, Shape.of(logs.length));
  }

  private static double normal(double x, double m, double s) {
    return -0.5 * Math.pow((x - m) / s, 2) - Math.log(s) - 0.5 * Math.log(2 * Math.PI);
  }

  /** Every value of both discrete latents, row by row. */
  private static double byHand(double loc, double tilt) {
    double sum = normal(loc, 0, 2) + normal(tilt, 0, 1);
    double p = 1 / (1 + Math.exp(-tilt));
    for (double y : Y) {
      double row = 0;
      for (int z = 0; z < 3; z++) {
        row += PRIOR[z] * (1 - p) * Math.exp(normal(y, loc + 1.5 * z, 0.7));
        row += PRIOR[z] * p * Math.exp(normal(y, loc + 1.5 * z - 1, 0.7));
      }
      sum += Math.log(row) + normal(y, loc, 2);
    }
    return sum;
  }

  @Test
  void equalsTheSumOverAllValues() {
    try (Session session = Session.open(1)) {
      Model<double[]> model = SummedOut.of(SummedOutTest::threeComponents);
      ModelStructure structure = ModelStructure.of(session, model, Y);
      BatchLogDensity density = BatchLogDensity.of(session, structure, model, Y);
      double[] values = density.values(new double[] {0.3, -0.4, -1.2, 0.8, 2, 0});
      assertThat(values[0]).isCloseTo(byHand(0.3, -0.4), within(1e-10));
      assertThat(values[1]).isCloseTo(byHand(-1.2, 0.8), within(1e-10));
      assertThat(values[2]).isCloseTo(byHand(2, 0), within(1e-10));
    }
  }

  private static void refused(Model<double[]> model, String... words) {
    try (Session session = Session.open(1)) {
      assertThatThrownBy(() -> ModelStructure.of(session, SummedOut.of(model), Y))
          .hasMessageContainingAll(words);
    }
  }

  @Test
  void namesWhatCannotBeSummedOut() {
    refused(
        (ctx, y) -> ctx.sample(new Latent("z"), Bernoulli.logits(0)),
        "'z'",
        "outside any plate",
        "Likely fix");
    refused(
        (ctx, y) ->
            ctx.plate(Plate.of("row", 4), () -> ctx.sample(new Latent("n"), Poisson.of(0.0))),
        "'n'",
        "discrete");
    refused(
        (ctx, y) ->
            ctx.plate(
                Plate.of("row", 4),
                () -> {
                  Tensor z = ctx.sample(new Latent("z"), Bernoulli.logits(0));
                  ctx.sample(new Latent("x"), Normal.of(z, 1));
                }),
        "'x'",
        "'loc' depends on the discrete [z]");
    refused(
        (ctx, y) ->
            ctx.plate(
                Plate.of("row", 4),
                () -> {
                  ctx.sample(new Latent("z"), Bernoulli.logits(0));
                  ctx.plate(Plate.of("inner", 2), () -> {});
                }),
        "'z'",
        "plate 'inner' is opened inside its own");
  }
}
