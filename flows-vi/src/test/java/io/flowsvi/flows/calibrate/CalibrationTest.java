package io.flowsvi.flows.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Vi;
import io.flowsvi.flows.train.PointDraws;
import io.flowsvi.flows.verdict.Grade;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final Latent X = new Latent("x");
  private static final Observed Y = new Observed("y");
  private static final double[] DATA = {1, 4, 7};
  private static final int REPLICATIONS = 200;

  /** x ~ N(0, 1), three values N(x, 2²): the posterior has precision 1.75, mean Σy/4/1.75. */
  private static Model<double[]> conjugate() {
    return (ctx, y) -> {
      Tensor x = ctx.sample(X, Normal.of(0, 1));
      ctx.derive(new Derived("twice"), x.times(2));
      ctx.plate(
          Plate.of("row", y.length),
          () -> ctx.observe(Y, Normal.of(x, 2), ctx.data(y, Shape.of(y.length))));
    };
  }

  /** Exact draws, shifted and stretched by so many standard deviations. */
  private static Refit<double[]> exact(double shift, double stretch) {
    return (session, model, data) -> {
      ModelStructure structure = ModelStructure.of(session, model, data);
      double[] y = new double[3];
      PointDraws<double[]> probe =
          new PointDraws<>(session, structure, model, data, new double[1], Seed.of(1));
      System.arraycopy(probe.observed(Y).orElseThrow().toArray(), 0, y, 0, 3);
      double sd = 1 / Math.sqrt(1.75);
      double mean = Arrays.stream(y).sum() / 4 / 1.75;
      UniformRandomProvider random = session.seed().fold("exact").generator();
      var normal = ZigguratSampler.NormalizedGaussian.of(random);
      double[] points = new double[500];
      Arrays.setAll(points, i -> mean + sd * (shift + stretch * normal.sample()));
      return new PointDraws<>(session, structure, model, data, points, Seed.of(1));
    };
  }

  private static Calibration calibrated(Refit<double[]> refit) {
    try (Session session = Session.open(1)) {
      return Calibration.of(session, conjugate(), DATA, REPLICATIONS, refit);
    }
  }

  @Test
  void exactDrawsPass() {
    Calibration calibration = calibrated(exact(0, 1));
    assertThat(calibration.check().grade()).isEqualTo(Grade.TRUSTED);
    assertThat(calibration.check().found()).contains("all 2 scalars", "200 simulated data sets");
    assertThat(calibration.scalars()).extracting(Uniformity::name).containsExactly("x", "twice");
    // Five standard errors.
    Uniformity x = calibration.scalars().get(0);
    assertThat(x.mean()).isCloseTo(0.5, within(5 / Math.sqrt(12.0 * REPLICATIONS)));
    assertThat(x.spread()).isCloseTo(1, within(5 * 12 / Math.sqrt(180.0 * REPLICATIONS)));
    assertThat(calibration.table()).contains("p(spread)", "twice");
  }

  @Test
  void tooNarrowTooWideAndShiftedDrawsFail() {
    assertThat(calibrated(exact(0, 0.6)).check().found()).contains("x (draws are too narrow, p");
    assertThat(calibrated(exact(0, 1.8)).check().found()).contains("x (draws are too wide, p");
    Calibration high = calibrated(exact(0.5, 1));
    assertThat(high.check().found()).contains("x (draws lie too high, p");
    assertThat(high.check().grade()).isEqualTo(Grade.UNTRUSTED);
    assertThat(high.misfits()).hasSize(2);
  }

  /** Two latents that only their sum is known of: independent coordinates are far too narrow. */
  @Test
  void meanFieldOfACorrelatedPosteriorFailsWhereTheLadderPasses() {
    Model<double[]> sum =
        (ctx, y) -> {
          Tensor a = ctx.sample(X, Normal.of(0, 1));
          Tensor b = ctx.sample(new Latent("b"), Normal.of(0, 1));
          ctx.plate(
              Plate.of("row", y.length),
              () -> ctx.observe(Y, Normal.of(a.plus(b), 0.5), ctx.data(y, Shape.of(y.length))));
        };
    try (Session session = Session.open(1)) {
      Calibration ladder = Vi.calibrate(session, sum, new double[] {3, 4}, 50);
      assertThat(ladder.check().grade()).as(ladder.table()).isEqualTo(Grade.TRUSTED);
      Calibration narrow =
          Calibration.of(session, sum, new double[] {3, 4}, 50, CalibrationTest::meanField);
      assertThat(narrow.check().grade()).as(narrow.table()).isEqualTo(Grade.UNTRUSTED);
      assertThat(narrow.check().found()).contains("draws are too narrow");
    }
  }

  private static PointDraws<double[]> meanField(
      Session session, Model<double[]> model, double[] data) {
    var fit = Vi.fit(session, model, data);
    double[] points = fit.draws().points();
    // Independent coordinates as narrow as each is given the other: what mean-field converges to.
    double[] mean = new double[2];
    double[] second = new double[3];
    int n = points.length / 2;
    for (int i = 0; i < n; i++) {
      mean[0] += points[2 * i] / n;
      mean[1] += points[2 * i + 1] / n;
    }
    for (int i = 0; i < n; i++) {
      double u = points[2 * i] - mean[0];
      double v = points[2 * i + 1] - mean[1];
      second[0] += u * u / n;
      second[1] += u * v / n;
      second[2] += v * v / n;
    }
    double left = 1 - second[1] * second[1] / (second[0] * second[2]);
    UniformRandomProvider random = session.seed().fold("narrow").generator();
    var normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[] own = new double[400];
    for (int i = 0; i < own.length; i++) {
      own[i] = mean[i % 2] + Math.sqrt(left * second[i % 2 == 0 ? 0 : 2]) * normal.sample();
    }
    return new PointDraws<>(session, fit.structure(), model, data, own, Seed.of(1));
  }

  @Test
  void saysWhatItCannotDo() {
    Model<double[]> improper =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, ImproperUniform.on(Real.INSTANCE));
          ctx.observe(Y, Normal.of(x, 1), ctx.data(y, Shape.scalar()));
        };
    Model<double[]> unobserved =
        (ctx, y) -> ctx.factor(new Factor("f"), ctx.sample(X, Normal.of(0, 1)));
    try (Session session = Session.open(1)) {
      double[] one = {1};
      assertThatThrownBy(() -> Vi.calibrate(session, improper, one, 20))
          .hasMessageContaining("simulates from the prior, which is not possible here");
      assertThatThrownBy(() -> Vi.calibrate(session, unobserved, one, 20))
          .hasMessageContaining("the model observes none");
      assertThatThrownBy(() -> Vi.calibrate(session, unobserved, one, 3))
          .hasMessageContaining("at least 20 replications");
      Refit<double[]> failing =
          (s, m, d) -> {
            throw new PplException("out of luck");
          };
      assertThatThrownBy(() -> Calibration.of(session, conjugate(), DATA, 20, failing))
          .hasMessageContaining("Not one of 20 simulated data sets")
          .hasMessageContaining("out of luck");
      int[] calls = {0};
      Refit<double[]> sometimes =
          (s, m, d) -> (calls[0]++ % 2 == 0 ? failing : exact(0, 1)).fit(s, m, d);
      Calibration half = Calibration.of(session, conjugate(), DATA, 20, sometimes);
      assertThat(half.check().grade()).isEqualTo(Grade.UNTRUSTED);
      assertThat(half.check().found()).contains("10 of 20 fits to simulated data failed");
    }
  }
}
