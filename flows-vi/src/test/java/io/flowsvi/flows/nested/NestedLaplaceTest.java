package io.flowsvi.flows.nested;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.ppl.dist.Ar1;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.junit.jupiter.api.Test;

class NestedLaplaceTest {
  private static final Latent LOG_SD = new Latent("log_sd");
  private static final Latent X = new Latent("x");
  private static final Observed Y = new Observed("y");
  private static final double[] DATA = {2.1, -0.4, 1.3, -2.2, 0.6, 0.2, -1.1, 3.0};

  private static void hierarchy(Context ctx, double[] y) {
    Tensor sd = ctx.sample(LOG_SD, Normal.of(0, 1)).exp();
    ctx.plate(
        Plate.of("row", y.length),
        () -> {
          Tensor x = ctx.sample(X, Normal.of(0, sd));
          ctx.observe(Y, Normal.of(x, 1.5), ctx.data(y, Shape.of(y.length)));
        });
  }

  private static Assessment fitted(Model<double[]> model, double[] data, int... outer) {
    try (Session session = Session.open(4)) {
      ModelStructure structure = ModelStructure.of(session, model, data);
      BatchLogDensity density = BatchLogDensity.of(session, structure, model, data);
      Candidate q =
          new NestedLaplace(outer, 50_000)
              .fit(density, structure.start(), Seed.of(4))
              .orElseThrow();
      return Assessment.of(q, density, Seed.of(5), 8000);
    }
  }

  /** The funnel is no matter, and the evidence is that of a one-dimensional quadrature. */
  @Test
  void hierarchyIsNextToExact() {
    Assessment a = fitted(NestedLaplaceTest::hierarchy, DATA, 0);
    assertThat(a.efficiency()).isGreaterThan(0.75);
    double sum = 0;
    double h = 0.01;
    for (double u = -8; u < 8; u += h) {
      double log = -0.5 * u * u - 0.5 * Math.log(2 * Math.PI);
      double variance = Math.exp(2 * u) + 1.5 * 1.5;
      for (double y : DATA) {
        log += -0.5 * y * y / variance - 0.5 * Math.log(2 * Math.PI * variance);
      }
      sum += h * Math.exp(log);
    }
    // Four standard errors of 8,000 weights of this efficiency.
    assertThat(a.logEvidence()).isCloseTo(Math.log(sum), within(0.03));
  }

  /** Three hundred steps of a normal path: one inner maximum, and Kalman's likelihood. */
  @Test
  void pathsAreExactByTheirSparseCurvature() {
    double[] y = new double[300];
    for (int t = 0; t < y.length; t++) {
      y[t] = Math.sin(0.1 * t) + 0.3 * Math.cos(5.0 * t);
    }
    Model<double[]> model =
        (ctx, data) -> {
          Tensor x =
              ctx.sample(
                  X, Ar1.of(data.length, Tensor.number(0), Tensor.number(0.9), Tensor.number(0.4)));
          ctx.observe(
              Y, Normal.of(x, 0.5).event(data.length), ctx.data(data, Shape.of(data.length)));
        };
    Assessment a = fitted(model, y);
    assertThat(a.efficiency()).isGreaterThan(0.999);
    double mean = 0;
    double variance = 0.16 / (1 - 0.81);
    double log = 0;
    for (double value : y) {
      double total = variance + 0.25;
      double error = value - mean;
      log += -0.5 * error * error / total - 0.5 * Math.log(2 * Math.PI * total);
      double gain = variance / total;
      mean = 0.9 * (mean + gain * error);
      variance = 0.81 * (1 - gain) * variance + 0.16;
    }
    assertThat(a.logEvidence()).isCloseTo(log, within(1e-5));
  }

  /** Counts: the conditional is skewed, and the weights still carry. */
  @Test
  void countsWithHierarchyAreServedByWeights() {
    double[] y = {0, 3, 1, 0, 2, 8, 1, 0, 0, 4};
    Model<double[]> model =
        (ctx, data) -> {
          Tensor sd = ctx.sample(LOG_SD, Normal.of(0, 1)).exp();
          ctx.plate(
              Plate.of("row", data.length),
              () -> {
                Tensor x = ctx.sample(X, Normal.of(0, sd));
                ctx.observe(Y, Poisson.of(x), ctx.data(data, Shape.of(data.length)));
              });
        };
    Assessment a = fitted(model, y, 0);
    assertThat(a.kHat()).isLessThan(0.7);
    assertThat(a.efficiency()).isGreaterThan(0.3);
  }
}
