package io.flowsvi.ppl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.util.function.ToDoubleFunction;
import org.apache.commons.rng.UniformRandomProvider;

/** Compares models with densities written by hand on arrays. */
final class ByHand {
  private static final double EQUAL = 1e-11;
  private static final double STEP = 1e-5;
  private static final double DIFFERENCES = 1e-6;

  private ByHand() {}

  static double normal(double x, double loc, double scale) {
    double z = (x - loc) / scale;
    return -0.5 * z * z - Math.log(scale) - 0.5 * Math.log(2 * Math.PI);
  }

  static double halfCauchy(double x, double scale) {
    return Math.log(2 / Math.PI) - Math.log(scale) - Math.log1p(x / scale * (x / scale));
  }

  /** On every engine: value against the density by hand, gradient against differences. */
  static <D> void agrees(Model<D> model, D data, int dim, ToDoubleFunction<double[]> byHand) {
    for (Backend backend : Backend.values()) {
      agrees(backend, model, data, dim, byHand);
    }
  }

  private static <D> void agrees(
      Backend backend, Model<D> model, D data, int dim, ToDoubleFunction<double[]> byHand) {
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      LogDensity density = LogDensity.of(session, model, data);
      assertThat(density.dim()).isEqualTo(dim);
      UniformRandomProvider random = Seed.of(4).generator();
      for (int trial = 0; trial < 3; trial++) {
        double[] x = new double[dim];
        for (int i = 0; i < dim; i++) {
          x[i] = -1.5 + 3 * random.nextDouble();
        }
        double expected = byHand.applyAsDouble(x);
        assertThat(density.value(x)).isCloseTo(expected, within(EQUAL * (1 + Math.abs(expected))));
        double[] gradient = new double[dim];
        assertThat(density.gradient(x, gradient))
            .isCloseTo(expected, within(EQUAL * (1 + Math.abs(expected))));
        for (int i = 0; i < dim; i++) {
          double[] up = x.clone();
          double[] down = x.clone();
          up[i] += STEP;
          down[i] -= STEP;
          double slope = (byHand.applyAsDouble(up) - byHand.applyAsDouble(down)) / (2 * STEP);
          assertThat(gradient[i]).isCloseTo(slope, within(DIFFERENCES * (1 + Math.abs(slope))));
        }
      }
    }
  }
}
