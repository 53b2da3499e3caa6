package io.flowsvi.ppl.tensor;

import org.apache.commons.numbers.gamma.Digamma;
import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.numbers.gamma.RegularizedGamma;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;

/**
 * Standard gamma draws and their implicit derivative.
 *
 * <p>∂z/∂α = −(∂P(α, z)/∂α) / p(z; α), with P the regularised lower incomplete gamma function
 * (Figurnov, Mohamed and Mnih 2018, eq. 3).
 */
public final class GammaDraws {
  /** From here the series would need thousands of terms, and the expansion is exact to 1e-13. */
  private static final double LARGE = 1e5;

  private GammaDraws() {}

  /** Draws at concentrations of a shape, each element with its key, see {@link Seed#each}. */
  public static double[] draw(double[] concentrations, Shape shape, Seed seed) {
    return seed.each(shape, (random, i) -> draw(concentrations[i], random));
  }

  private static double draw(double alpha, UniformRandomProvider random) {
    if (!(alpha > 0)) {
      return Double.NaN;
    }
    double z =
        alpha < 1
            // z(α) = z(α + 1) u^{1/α}, in logs, so that tiny concentrations do not underflow early.
            ? Math.exp(
                Math.log(AhrensDieterMarsagliaTsangGammaSampler.of(random, alpha + 1, 1).sample())
                    + Math.log(Seed.openUniform(random)) / alpha)
            : AhrensDieterMarsagliaTsangGammaSampler.of(random, alpha, 1).sample();
    return Math.max(z, Double.MIN_NORMAL);
  }

  /** ∂z/∂α at a draw z of concentration α. */
  public static double derivative(double alpha, double z) {
    if (!(alpha > 0) || !(z > 0) || Double.isInfinite(z)) {
      return z == 0 ? 0 : Double.NaN;
    }
    if (alpha > LARGE) {
      return quantileDerivative(alpha, z);
    }
    double logDensity = (alpha - 1) * Math.log(z) - z - LogGamma.value(alpha);
    if (z < alpha + 1 || z < 8) {
      return seriesDerivative(alpha, z);
    }
    if (RegularizedGamma.Q.value(alpha, z) < 1e-280) {
      // Q = p z/(z + 1 − α) to first order out there, where Q itself underflows.
      double gap = z + 1 - alpha;
      return (Math.log(z) - Digamma.value(alpha) + 1 / gap) * z / gap;
    }
    // Upper tail: differentiate log Q by central differences of step h; Q is smooth in α there, and
    // the fourth-order formula is accurate to about 1e-10.
    double h = 1e-3 * (alpha < 1 ? alpha : Math.sqrt(alpha));
    double slope =
        (8 * (upper(alpha + h, z) - upper(alpha - h, z))
                - (upper(alpha + 2 * h, z) - upper(alpha - 2 * h, z)))
            / (12 * h);
    return slope * Math.exp(upper(alpha, z) - logDensity);
  }

  /**
   * From the Cornish-Fisher expansion of the quantile z at the normal quantile x (Goldberg and
   * Levine 1946, chi-squared with 2α degrees of freedom): z = α + √α x + (x² − 1)/3 + (x³ −
   * 7x)/(36√α) − (6x⁴ + 14x² − 32)/(1620α) + …; the derivative towards α at fixed x.
   */
  private static double quantileDerivative(double alpha, double z) {
    double root = Math.sqrt(alpha);
    double x = 3 * root * (Math.cbrt(z / alpha) - 1 + 1 / (9 * alpha));
    for (int i = 0; i < 3; i++) {
      double square = x * x;
      double value =
          alpha
              + root * x
              + (square - 1) / 3
              + x * (square - 7) / (36 * root)
              - (6 * square * square + 14 * square - 32) / (1620 * alpha);
      x -= (value - z) / (root + 2 * x / 3 + (3 * square - 7) / (36 * root));
    }
    double square = x * x;
    return 1
        + x / (2 * root)
        - x * (square - 7) / (72 * alpha * root)
        + (6 * square * square + 14 * square - 32) / (1620 * alpha * alpha);
  }

  private static double upper(double alpha, double z) {
    return Math.log(RegularizedGamma.Q.value(alpha, z));
  }

  /**
   * From P = z^α e^{−z} Σ z^n / Γ(α + n + 1): ∂P/∂α = Σ t_n (log z − ψ(α + n + 1)), and with p =
   * z^{α−1} e^{−z} / Γ(α) the ratio −∂P/∂α / p = −z Σ (t_n Γ(α)) (log z − ψ(α + n + 1)) scaled.
   */
  private static double seriesDerivative(double alpha, double z) {
    double logZ = Math.log(z);
    double psi = Digamma.value(alpha + 1);
    double term = 1 / alpha;
    double sum = 0;
    for (int n = 0; n < 10_000; n++) {
      double addend = term * (logZ - psi);
      sum += addend;
      if (n > z - alpha && Math.abs(addend) < 1e-17 * Math.abs(sum)) {
        break;
      }
      psi += 1 / (alpha + n + 1);
      term *= z / (alpha + n + 1);
    }
    return -z * sum;
  }
}
