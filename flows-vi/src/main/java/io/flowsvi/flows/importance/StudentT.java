package io.flowsvi.flows.importance;

import io.flowsvi.ppl.tensor.PplException;
import org.apache.commons.numbers.gamma.LogGamma;

/**
 * A multivariate Student-t distribution in plain Java; with df = ∞ the normal.
 *
 * <p>log t(x) = log Γ((ν+D)/2) − log Γ(ν/2) − ½ D log(νπ) − Σ log L_ii − ½(ν+D) log(1 + δ/ν), δ =
 * ‖L⁻¹(x − loc)‖².
 *
 * @param loc D numbers
 * @param lower L, lower triangular D × D, row-major
 * @param df ν
 */
public record StudentT(double[] loc, double[] lower, double df) {
  /** By a covariance (scale) matrix, row-major; directions without spread get a little. */
  public static StudentT of(double[] loc, double[] covariance, double df) {
    int d = loc.length;
    double ridge = 1e-12;
    while (true) {
      double[] lifted = covariance.clone();
      for (int i = 0; i < d; i++) {
        lifted[i * d + i] = covariance[i * d + i] * (1 + ridge) + Double.MIN_NORMAL;
      }
      java.util.Optional<double[]> lower = Cholesky.factor(lifted, d);
      if (lower.isPresent()) {
        return new StudentT(loc, lower.get(), df);
      }
      ridge *= 10;
      if (!(ridge < 1e12)) {
        throw new PplException(
            "StudentT: the scale matrix of " + d + " dimensions is not finite and positive.");
      }
    }
  }

  /** The distribution of some coordinates: the same ν, their part of the scale matrix. */
  StudentT marginal(int... coordinates) {
    int d = dim();
    int m = coordinates.length;
    double[] part = new double[m];
    double[] scale = new double[m * m];
    for (int i = 0; i < m; i++) {
      part[i] = loc[coordinates[i]];
      for (int j = 0; j < m; j++) {
        for (int k = 0; k <= Math.min(coordinates[i], coordinates[j]); k++) {
          scale[i * m + j] += lower[coordinates[i] * d + k] * lower[coordinates[j] * d + k];
        }
      }
    }
    return of(part, scale, df);
  }

  /** D. */
  public int dim() {
    return loc.length;
  }

  /** The log of what does not depend on x. */
  double logConstant() {
    int d = dim();
    double sum = 0;
    for (int i = 0; i < d; i++) {
      sum -= Math.log(lower[i * d + i]);
    }
    if (df == Double.POSITIVE_INFINITY) {
      return sum - 0.5 * d * Math.log(2 * Math.PI);
    }
    return sum
        + LogGamma.value((df + d) / 2)
        - LogGamma.value(df / 2)
        - 0.5 * d * Math.log(df * Math.PI);
  }

  /** log t from the squared distance. */
  double logDensity(double constant, double distance) {
    return df == Double.POSITIVE_INFINITY
        ? constant - 0.5 * distance
        : constant - 0.5 * (df + dim()) * Math.log1p(distance / df);
  }

  /** δ of each point. */
  public double[] distances(double[] points) {
    double[] all = new double[points.length / dim()];
    double[] work = new double[dim()];
    for (int i = 0; i < all.length; i++) {
      all[i] = distance(points, i, work);
    }
    return all;
  }

  /** δ of row {@code row} of points. */
  double distance(double[] points, int row, double[] work) {
    int d = dim();
    double sum = 0;
    for (int i = 0; i < d; i++) {
      double r = points[row * d + i] - loc[i];
      for (int j = 0; j < i; j++) {
        r -= lower[i * d + j] * work[j];
      }
      work[i] = r / lower[i * d + i];
      sum += work[i] * work[i];
    }
    return sum;
  }
}
