package io.flowsvi.flows.nested;

import java.util.Optional;

/**
 * The Cholesky factor of a sparse symmetric matrix, kept from each row's first element to the
 * diagonal: P A Pᵀ = L Lᵀ.
 *
 * <p>Where rows are ordered well, so that first elements stay near the diagonal or rows are few,
 * factoring costs little more than the elements there are. George and Liu (1981), chapter 4.
 */
final class Envelope {
  private final int[] order;
  private final int[] first;
  private final double[][] rows;

  private Envelope(int[] order, int[] first, double[][] rows) {
    this.order = order;
    this.first = first;
    this.rows = rows;
  }

  /** An element of the matrix by its own numbering; 0 where there is none. */
  @FunctionalInterface
  interface Elements {
    /** Row i, column j. */
    double at(int i, int j);
  }

  /** Of a matrix with this pattern; empty where it is not positive definite. */
  static Optional<Envelope> of(Sparsity pattern, Elements matrix) {
    int n = pattern.size();
    int[] order = pattern.order();
    int[] place = new int[n];
    for (int i = 0; i < n; i++) {
      place[order[i]] = i;
    }
    int[] first = new int[n];
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      int start = i;
      var mine = pattern.neighbours().get(order[i]);
      for (int j = mine.nextSetBit(0); j >= 0; j = mine.nextSetBit(j + 1)) {
        start = Math.min(start, place[j]);
      }
      first[i] = start;
      rows[i] = new double[i - start + 1];
      for (int j = mine.nextSetBit(0); j >= 0; j = mine.nextSetBit(j + 1)) {
        if (place[j] <= i) {
          rows[i][place[j] - start] = matrix.at(order[i], j);
        }
      }
    }
    return factor(first, rows) ? Optional.of(new Envelope(order, first, rows)) : Optional.empty();
  }

  private static boolean factor(int[] first, double[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i];
      double size = Math.abs(row[i - first[i]]);
      for (int j = first[i]; j <= i; j++) {
        double[] other = rows[j];
        double sum = row[j - first[i]];
        for (int k = Math.max(first[i], first[j]); k < j; k++) {
          sum -= row[k - first[i]] * other[k - first[j]];
        }
        if (j < i) {
          row[j - first[i]] = sum / other[j - first[j]];
        } else if (sum > 1e-12 * size) {
          row[j - first[i]] = Math.sqrt(sum);
        } else {
          return false;
        }
      }
    }
    return true;
  }

  /** ½ log det A. */
  double halfLogDet() {
    double sum = 0;
    for (double[] row : rows) {
      sum += Math.log(row[row.length - 1]);
    }
    return sum;
  }

  /** A⁻¹ b. */
  double[] solve(double[] b) {
    int n = rows.length;
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      double sum = b[order[i]];
      for (int k = first[i]; k < i; k++) {
        sum -= rows[i][k - first[i]] * y[k];
      }
      y[i] = sum / rows[i][i - first[i]];
    }
    return back(y);
  }

  /** Pᵀ L⁻ᵀ z: with covariance A⁻¹ where z is standard. */
  double[] back(double[] z) {
    int n = rows.length;
    double[] y = z.clone();
    double[] x = new double[n];
    for (int i = n - 1; i >= 0; i--) {
      y[i] /= rows[i][i - first[i]];
      for (int k = first[i]; k < i; k++) {
        y[k] -= rows[i][k - first[i]] * y[i];
      }
      x[order[i]] = y[i];
    }
    return x;
  }
}
