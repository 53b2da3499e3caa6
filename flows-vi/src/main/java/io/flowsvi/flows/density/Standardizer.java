package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;

/**
 * Shifts and scales columns to mean 0 and standard deviation 1.
 *
 * @param mean of each column
 * @param sd of each column, positive
 */
public record Standardizer(double[] mean, double[] sd) {
  private static final int CHUNK = 4096;

  /** Of these rows of a table. Throws if a column is constant. */
  public static Standardizer of(RowSource rows, int... numbers) {
    return of(rows, 0, numbers);
  }

  /**
   * The same with uniform noise of a width added: half of it in the mean, a twelfth in the
   * variance.
   */
  static Standardizer of(RowSource rows, double cell, int... numbers) {
    int columns = rows.columns();
    double[] mean = new double[columns];
    double[] sd = new double[columns];
    chunked(rows, numbers, (k, x) -> mean[k] += x / numbers.length);
    chunked(rows, numbers, (k, x) -> sd[k] += (x - mean[k]) * (x - mean[k]) / numbers.length);
    for (int k = 0; k < columns; k++) {
      mean[k] += cell / 2;
      sd[k] = Math.sqrt(sd[k] + cell * cell / 12);
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

  @FunctionalInterface
  private interface Visit {
    void number(int column, double value);
  }

  private static void chunked(RowSource rows, int[] numbers, Visit visit) {
    for (int from = 0; from < numbers.length; from += CHUNK) {
      int to = Math.min(numbers.length, from + CHUNK);
      double[] part = rows.pick(Arrays.copyOfRange(numbers, from, to));
      for (int i = 0; i < part.length; i++) {
        visit.number(i % rows.columns(), part[i]);
      }
    }
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
