package io.flowsvi.flows.diagnose;

import io.flowsvi.ppl.tensor.PplException;

/**
 * A generalised Pareto distribution of exceedances over 0: density (1/σ)(1 + kx/σ)^(−1/k − 1).
 *
 * <p>The fit is the quasi-Bayesian one of Zhang and Stephens (2009), with the weakly informative
 * prior of Vehtari et al. (2024, appendix G): ten observations' worth of k = ½.
 *
 * @param k shape: the 1/k-th and higher moments do not exist
 * @param sigma scale
 */
public record GeneralizedPareto(double k, double sigma) {
  private static final double PRIOR_SIZE = 10;
  private static final double PRIOR_K = 0.5;

  /**
   * Fits to exceedances in ascending order, all above 0. Throws {@link PplException} if there are
   * fewer than 5.
   */
  public static GeneralizedPareto fit(double[] ascending) {
    GeneralizedPareto plain = withoutPrior(ascending);
    int n = ascending.length;
    double k = (n * plain.k + PRIOR_SIZE * PRIOR_K) / (n + PRIOR_SIZE);
    return new GeneralizedPareto(k, plain.sigma);
  }

  /** The fit of Zhang and Stephens alone. */
  static GeneralizedPareto withoutPrior(double[] x) {
    int n = x.length;
    if (n < 5 || !(x[0] > 0)) {
      throw new PplException(
          "A generalised Pareto fit needs at least 5 exceedances above 0, got "
              + n
              + (n == 0 ? "" : ", the smallest " + x[0])
              + ".");
    }
    int m = 30 + (int) Math.sqrt(n);
    double largest = x[n - 1];
    double quartile = x[(int) Math.floor(n / 4.0 + 0.5) - 1];
    double[] theta = new double[m];
    double[] logLikelihood = new double[m];
    for (int j = 0; j < m; j++) {
      theta[j] = 1 / largest + (1 - Math.sqrt(m / (j + 0.5))) / (3 * quartile);
      double kj = shape(theta[j], x);
      logLikelihood[j] = n * (Math.log(-theta[j] / kj) - kj - 1);
    }
    double mean = 0;
    for (int j = 0; j < m; j++) {
      // The weight of θ_j, by differences: the likelihoods themselves overflow.
      double inverse = 0;
      for (int i = 0; i < m; i++) {
        inverse += Math.exp(logLikelihood[i] - logLikelihood[j]);
      }
      mean += theta[j] / inverse;
    }
    double k = shape(mean, x);
    return new GeneralizedPareto(k, -k / mean);
  }

  private static double shape(double theta, double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += Math.log1p(-theta * value);
    }
    return sum / x.length;
  }

  /** The p-quantile, 0 &lt; p &lt; 1. */
  public double quantile(double p) {
    double t = Math.log1p(-p);
    return Math.abs(k) < 1e-12 ? -sigma * t : sigma * Math.expm1(-k * t) / k;
  }
}
