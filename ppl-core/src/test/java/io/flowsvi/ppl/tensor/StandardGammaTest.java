package io.flowsvi.ppl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.numbers.gamma.Digamma;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Standard gamma draws: their law, and their implicit derivative towards the concentration. */
class StandardGammaTest {
  private static final double FALSE_ALARM = 1e-4;

  /** At draws from 6 standard deviations below the mean to 7 above, or powers of small ones. */
  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.3, 0.9, 1, 1.7, 5, 20, 150, 3000, 2e4, 9e4, 1.1e5, 1e6, 1e8})
  void derivativeMatchesIntegral(double alpha) {
    double sd = Math.sqrt(alpha);
    for (double x : new double[] {-6, -3, -1, -0.2, 0.1, 0.9, 2, 4, 7}) {
      // Wilson and Hilferty's quantile where it is positive, else powers of the small draws.
      double cube = 1 - 1 / (9 * alpha) + x / (3 * sd);
      double z = cube > 0.05 ? alpha * cube * cube * cube : alpha * Math.exp(x / alpha / 3);
      double expected = reference(alpha, z);
      assertThat(GammaDraws.derivative(alpha, z))
          .as("alpha %s, z %s", alpha, z)
          .isCloseTo(expected, within(2e-8 * Math.abs(expected)));
    }
  }

  /**
   * −(∂P/∂α)/p = −∫₀^z (log t − ψ(α)) p(t)/p(z) dt, or the same over (z, ∞) with the other sign; in
   * log t by Gauss-Legendre panels, on the side with less mass.
   */
  private static double reference(double alpha, double z) {
    double logZ = Math.log(z);
    double psi = Digamma.value(alpha);
    boolean below = z < alpha;
    double width = 1 / Math.sqrt(alpha);
    double reach = below ? 60 / alpha + 40 * width : Math.min(30, 40 * width + 6);
    int panels = 400;
    GaussIntegrator rule = new GaussIntegratorFactory().legendre(20);
    double sum = 0;
    for (int i = 0; i < panels; i++) {
      // Panels grow with the distance from z, where the integrand is largest or about to be.
      double from = reach * Math.pow(i / (double) panels, 3);
      double to = reach * Math.pow((i + 1) / (double) panels, 3);
      for (int k = 0; k < 20; k++) {
        double distance = (from + to) / 2 + (to - from) / 2 * rule.getPoint(k);
        double s = below ? -distance : distance;
        // log t = log z + s; p(t) t / p(z) = z e^{α s − z (e^s − 1)}
        double ratio = z * Math.exp(alpha * s - z * Math.expm1(s));
        sum += (to - from) / 2 * rule.getWeight(k) * (logZ + s - psi) * ratio;
      }
    }
    return below ? -sum : sum;
  }

  @ParameterizedTest
  @CsvSource({"0.4, 0.3", "1.7, 0.8", "6, 0.05", "40, 0.99"})
  void derivativeMatchesQuantiles(double alpha, double p) {
    double h = 1e-3 * alpha;
    double slope = (quantile(alpha + h, p) - quantile(alpha - h, p)) / (2 * h);
    assertThat(GammaDraws.derivative(alpha, quantile(alpha, p)))
        .isCloseTo(slope, within(2e-5 * Math.abs(slope)));
  }

  private static double quantile(double alpha, double p) {
    return new GammaDistribution(null, alpha, 1, 1e-13).inverseCumulativeProbability(p);
  }

  @Test
  void derivativeIsContinuousWhereTheMethodChanges() {
    for (double alpha : new double[] {3, 8, 60, 900}) {
      for (double z : new double[] {alpha + 1, 8}) {
        double left = GammaDraws.derivative(alpha, z * (1 - 1e-12));
        double right = GammaDraws.derivative(alpha, z * (1 + 1e-12));
        assertThat(left).as("alpha %s, z %s", alpha, z).isCloseTo(right, within(1e-8 * right));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.6, 1, 3.3, 250})
  void drawsAreGamma(double alpha) {
    double[] alphas = new double[4000];
    Arrays.fill(alphas, alpha);
    double[] z = GammaDraws.draw(alphas, Shape.of(alphas.length), Seed.of(3).fold("gamma"));
    GammaDistribution gamma = new GammaDistribution(null, alpha, 1);
    double p =
        KolmogorovSmirnovTest.withDefaults().test(z, gamma::cumulativeProbability).getPValue();
    assertThat(p).isGreaterThan(FALSE_ALARM);
  }

  @Test
  void tinyConcentrationsStayPositiveAndTheirDerivativesFinite() {
    double[] alphas = {1e-6, 1e-4, 1e-3, 0.01};
    double[] z = GammaDraws.draw(alphas, Shape.of(alphas.length), Seed.of(3));
    for (int i = 0; i < z.length; i++) {
      assertThat(z[i]).isPositive();
      assertThat(GammaDraws.derivative(alphas[i], z[i])).isFinite().isNotNegative();
    }
  }

  @Test
  void oneConcentrationDoesNotMoveTheDrawsOfOthers() {
    double[] before = GammaDraws.draw(new double[] {0.4, 2, 7}, Shape.of(3), Seed.of(4));
    double[] after = GammaDraws.draw(new double[] {0.4, 33, 7}, Shape.of(3), Seed.of(4));
    assertThat(after[0]).isEqualTo(before[0]);
    assertThat(after[2]).isEqualTo(before[2]);
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void enginesDrawAndDifferentiateAlike(Backend backend) {
    double[] alphas = {0.05, 0.7, 1, 2.4, 30, 1e5};
    double[] z = GammaDraws.draw(alphas, Shape.of(alphas.length), Seed.of(9));
    try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
      session.compute(
          a -> {
            Shape shape = Shape.of(6);
            assertThat(a.tensor(alphas, shape).standardGamma(Seed.of(9)).toDoubles())
                .containsExactly(z);
            Gradient g = Tape.gradient(alphas, shape, t -> t.standardGamma(Seed.of(9)).sum());
            double[] expected = new double[6];
            for (int i = 0; i < 6; i++) {
              expected[i] = GammaDraws.derivative(alphas[i], z[i]);
            }
            assertThat(g.gradients().get(0)).containsExactly(expected, within(1e-10));
            return null;
          });
    }
  }

  @Test
  void uniformNumbersAreNever0Or1() {
    assertThat(Seed.openUniform(() -> 0L)).isPositive();
    assertThat(Seed.openUniform(() -> -1L)).isLessThan(1);
  }
}
