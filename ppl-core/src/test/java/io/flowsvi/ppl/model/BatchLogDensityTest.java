package io.flowsvi.ppl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class BatchLogDensityTest {
  private static final Latent LOC = new Latent("loc");
  private static final Latent SCALE = new Latent("scale");
  private static final Observed Y = new Observed("y");

  private static void model(Context ctx, double[] y) {
    Tensor loc = ctx.sample(LOC, Normal.of(0, 3));
    Tensor scale = ctx.sample(SCALE, HalfNormal.of(2));
    Plate rows = Plate.of("row", y.length);
    ctx.plate(rows, () -> ctx.observe(Y, Normal.of(loc, scale), ctx.data(y, Shape.of(y.length))));
  }

  @Test
  void eachRowEqualsTheDensityAtThatPoint() {
    try (Session session = Session.open(1)) {
      double[] y = {1, 2, 4};
      Model<double[]> model = BatchLogDensityTest::model;
      ModelStructure structure = ModelStructure.of(session, model, y);
      LogDensity one = LogDensity.of(session, structure, model, y);
      BatchLogDensity many = BatchLogDensity.of(session, structure, model, y);
      int n = 1700;
      double[] points = new double[2 * n];
      UniformRandomProvider random = session.seed().fold("points").generator();
      for (int i = 0; i < points.length; i++) {
        points[i] = -2 + 4 * random.nextDouble();
      }
      double[] gradients = new double[points.length];
      double[] values = many.values(points);
      assertThat(many.gradients(points, gradients)).containsExactly(values);
      double[] g = new double[2];
      for (int i = 0; i < n; i += 113) {
        double value = one.gradient(new double[] {points[2 * i], points[2 * i + 1]}, g);
        assertThat(values[i]).isCloseTo(value, within(1e-12));
        assertThat(gradients[2 * i]).isCloseTo(g[0], within(1e-11));
        assertThat(gradients[2 * i + 1]).isCloseTo(g[1], within(1e-11));
      }
    }
  }

  @Test
  void noDensityIsMinusInfinityAndHalfAPointIsRefused() {
    try (Session session = Session.open(1)) {
      double[] y = {1, 2, 4};
      Model<double[]> model = BatchLogDensityTest::model;
      ModelStructure structure = ModelStructure.of(session, model, y);
      BatchLogDensity density = BatchLogDensity.of(session, structure, model, y);
      double[] values = density.values(new double[] {0, -800, Double.NaN, 0});
      assertThat(values).containsOnly(Double.NEGATIVE_INFINITY);
      assertThatThrownBy(() -> density.values(new double[3]))
          .hasMessageContaining("no whole number of points");
    }
  }
}
