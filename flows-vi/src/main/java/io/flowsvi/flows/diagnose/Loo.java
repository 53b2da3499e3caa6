package io.flowsvi.flows.diagnose;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Leave-one-out cross-validation from one fit: how well each row is predicted by the others.
 *
 * <p>Row i left out, draw s weighs r_is = w_s / p(y_i | θ_s), w_s = p(θ_s, y)/q(θ_s); weights are
 * Pareto-smoothed for each row. elpd_i = log Σ_s r̃_is p(y_i | θ_s), elpd = Σ elpd_i; p = Σ lpd_i −
 * elpd, lpd_i = log Σ_s w̃_s p(y_i | θ_s). A k̂_i above 0.7 means that row's number cannot be
 * trusted. Vehtari, Gelman and Gabry (2017); with draws of an approximation: Magnusson et al.
 * (2019), eq. 8.
 *
 * @param pointwise elpd_i of each row
 * @param kHat k̂_i of each row
 * @param elpd their sum: the expected log predictive density, in nats
 * @param standardError of it, from the spread between rows
 * @param effectiveParameters p
 */
public record Loo(
    double[] pointwise,
    double[] kHat,
    double elpd,
    double standardError,
    double effectiveParameters) {
  private static final double WORST = 0.7;

  /**
   * From the log likelihood of n rows at each draw, {@code [draws, rows]} row-major and never
   * scaled, and the log importance weights of the draws; equal ones for exact draws.
   */
  public static Loo of(double[] logLikelihood, double[] logWeights) {
    int draws = logWeights.length;
    if (draws == 0 || logLikelihood.length == 0 || logLikelihood.length % draws != 0) {
      throw new PplException(
          "LOO needs the log likelihood of every row at every draw, got "
              + logLikelihood.length
              + " numbers for "
              + draws
              + " draws.");
    }
    int rows = logLikelihood.length / draws;
    double[] posterior = Psis.of(logWeights).logWeights();
    double[] pointwise = new double[rows];
    double[] kHat = new double[rows];
    double lpd = 0;
    for (int i = 0; i < rows; i++) {
      double[] own = new double[draws];
      double[] ratios = new double[draws];
      double[] full = new double[draws];
      for (int s = 0; s < draws; s++) {
        own[s] = logLikelihood[s * rows + i];
        ratios[s] = logWeights[s] - own[s];
        full[s] = posterior[s] + own[s];
      }
      Psis psis = Psis.of(ratios);
      double[] left = psis.logWeights();
      for (int s = 0; s < draws; s++) {
        own[s] += left[s];
      }
      pointwise[i] = logSumExp(own);
      kHat[i] = psis.kHat();
      lpd += logSumExp(full);
    }
    double elpd = Arrays.stream(pointwise).sum();
    double mean = elpd / rows;
    double squares = Arrays.stream(pointwise).map(e -> (e - mean) * (e - mean)).sum();
    double error = rows < 2 ? Double.NaN : Math.sqrt(rows * squares / (rows - 1));
    return new Loo(pointwise, kHat, elpd, error, lpd - elpd);
  }

  private static double logSumExp(double[] x) {
    double max = Arrays.stream(x).max().orElseThrow();
    return max + Math.log(Arrays.stream(x).map(v -> Math.exp(v - max)).sum());
  }

  /** How many rows have a k̂ above 0.7. */
  public int untrusted() {
    return (int) Arrays.stream(kHat).filter(k -> !(k <= WORST)).count();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "elpd_loo %.2f +/- %.2f, p_loo %.2f; %d of %d rows with k-hat above %.1f",
        elpd,
        standardError,
        effectiveParameters,
        untrusted(),
        kHat.length,
        WORST);
  }
}
