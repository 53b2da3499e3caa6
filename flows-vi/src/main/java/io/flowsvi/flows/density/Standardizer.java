package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.PplException;

/**
 * Shifts and scales columns to mean 0 and standard deviation 1.
 *
 * @param mean of each column
 * @param sd of each column, positive
 */
public record Standardizer(double[] mean, double[] sd) {
  /** Of these rows of a table. Throws if a column is constant. */
  public static Standardizer of(Rows rows, int... numbers) {
    int columns = rows.columns();
    double[] mean = new double[columns];
    double[] sd = new double[columns];
    for (int k = 0; k < columns; k++) {
      for (int row : numbers) {
        mean[k] += rows.values()[row * columns + k] / numbers.length;
      }
      for (int row : numbers) {
        double d = rows.values()[row * columns + k] - mean[k];
        sd[k] += d * d / numbers.length;
      }
      sd[k] = Math.sqrt(sd[k]);
      if (!(sd[k] > 0)) {
        throw new PplException(
            "Column "
                + (k + 1)
                + " is constant ("
                + mean[k]
                + "): it has no density. Likely fix: drop it.");
      }
    }
    return new Standardizer(mean, sd);
  }

  /** Rows on the standard scale. */
  public double[] apply(double[] rows) {
    double[] out = new double[rows.length];
    for (int i = 0; i < out.length; i++) {
      int k = i % mean.length;
      out[i] = (rows[i] - mean[k]) / sd[k];
    }
    return out;
  }

  /** Rows back on their own scale. */
  public double[] undo(double[] rows) {
    double[] out = new double[rows.length];
    for (int i = 0; i < out.length; i++) {
      int k = i % mean.length;
      out[i] = rows[i] * sd[k] + mean[k];
    }
    return out;
  }

  /** log |det| of the map to the standard scale: −Σ log sd. */
  public double logDet() {
    double sum = 0;
    for (double s : sd) {
      sum -= Math.log(s);
    }
    return sum;
  }
}
