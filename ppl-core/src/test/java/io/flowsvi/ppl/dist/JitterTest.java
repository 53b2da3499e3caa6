package io.flowsvi.ppl.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Hierarchy;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JitterTest {
  private static final Latent F = new Latent("f");
  private static final Latent LENGTH = new Latent("length");

  private static double[] grid(int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = (double) i / n;
    }
    return x;
  }

  /** Numerically of rank 1 to 10 out of n, with inputs that repeat, at scales 10⁻⁴ to 10⁴. */
  @ParameterizedTest
  @CsvSource({"20, 0.3, 1", "100, 1, 1e4", "100, 100, 1e-4", "250, 1e4, 1"})
  void factorsKernelsThatAreSingularToRounding(int n, double length, double scale) {
    double[] x = grid(n);
    x[1] = x[0];
    x[n - 1] = x[n - 2];
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            Tensor covariance =
                Kernel.SQUARED_EXPONENTIAL.covariance(
                    x, Tensor.number(scale), Tensor.number(length));
            assertThat(covariance.cholesky().toDoubles()).contains(Double.NaN);
            Tensor lower = Jitter.cholesky(covariance);
            double[] again = lower.matmulTransposed(lower).toDoubles();
            double[] exact = covariance.toDoubles();
            double allowed = 2 * Jitter.relative(n) * scale * scale;
            for (int i = 0; i < again.length; i++) {
              assertThat(again[i]).isCloseTo(exact[i], within(allowed));
            }
            return true;
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Kernel.class)
  void gradientOfLogDensityEqualsDifferences(Kernel kernel) {
    double[] x = grid(30);
    double[] at = {Math.log(0.8), Math.log(0.5)};
    try (Session session = Session.open(1)) {
      double[] gradient =
          session.compute(
              arena ->
                  Tape.gradient(at, Shape.of(2), p -> density(kernel, x, p)).gradients().get(0));
      for (int i = 0; i < 2; i++) {
        double h = 3e-3;
        double[] up = at.clone();
        double[] down = at.clone();
        up[i] += h;
        down[i] -= h;
        double difference =
            session.compute(
                arena ->
                    (density(kernel, x, arena.tensor(up, Shape.of(2))).item()
                            - density(kernel, x, arena.tensor(down, Shape.of(2))).item())
                        / (2 * h));
        // Condition numbers near 10^10 leave the density itself an error of 10^-5, and so a
        // difference one of 10^-5 / h.
        assertThat(gradient[i])
            .isCloseTo(difference, within(5e-3 * Math.max(1, Math.abs(difference))));
      }
    }
  }

  private static Tensor density(Kernel kernel, double[] x, Tensor p) {
    Tensor covariance = kernel.covariance(x, p.at(0, 0).exp(), p.at(0, 1).exp());
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.sin(5 * x[i]);
    }
    return MultivariateNormal.jittered(Tensor.number(0), covariance)
        .logProb(Arena.current().tensor(y, Shape.of(y.length)));
  }

  @Test
  void processesAreNonCentredLikeOtherHierarchies() {
    Model<String> model =
        (ctx, d) -> {
          Tensor length = ctx.sample(LENGTH, LogNormal.of(0, 1));
          Tensor k = Kernel.MATERN_32.covariance(grid(5), Tensor.number(1), length);
          ctx.sample(F, MultivariateNormal.jittered(Tensor.number(0), k));
        };
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, "none");
      assertThat(Hierarchy.of(session, structure, model, "none")).containsExactly(F);
    }
  }

  @Test
  void matricesThatAreNotPositiveDefiniteAreNamed() {
    double[] wrong = {1, 2, 2, 1};
    Model<String> latent =
        (ctx, d) ->
            ctx.sample(
                F,
                MultivariateNormal.jittered(
                    Tensor.number(0), Arena.current().tensor(wrong, Shape.of(2, 2))));
    Model<String> derived =
        (ctx, d) -> {
          Tensor z = ctx.sample(F, Normal.of(0, 1).event(2));
          Tensor lower = Jitter.cholesky(Arena.current().tensor(wrong, Shape.of(2, 2)));
          Tensor path = ctx.derive(new Derived("path"), lower.matvec(z));
          ctx.factor(new Factor("likelihood"), path.square().sum(-1).negate());
        };
    try (Session session = Session.open(1)) {
      assertThatThrownBy(() -> ModelStructure.of(session, latent, "none"))
          .hasMessageContaining("'f'")
          .hasMessageContaining("no Cholesky factor: it is not positive definite");
      assertThatThrownBy(() -> ModelStructure.of(session, derived, "none"))
          .hasMessageContaining("'path' is not a number")
          .hasMessageContaining("not positive definite");
      session.compute(
          arena -> {
            assertThatThrownBy(() -> Jitter.cholesky(arena.zeros(Shape.of(2, 3))))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("must be [..., N, N], got (2, 3)");
            return true;
          });
    }
  }
}
