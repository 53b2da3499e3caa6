package io.flowsvi.flows.importance;

import java.util.Optional;

/** Lower Cholesky factors in plain Java. */
final class Cholesky {
  private Cholesky() {}

  /** L with L Lᵀ = the row-major matrix; empty where it is not positive definite. */
  static Optional<double[]> factor(double[] matrix, int d) {
    double[] l = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i * d + j];
        for (int k = 0; k < j; k++) {
          sum -= l[i * d + k] * l[j * d + k];
        }
        if (i == j) {
          if (!(sum > 1e-13 * Math.abs(matrix[i * d + i]))) {
            return Optional.empty();
          }
          l[i * d + i] = Math.sqrt(sum);
        } else {
          l[i * d + j] = sum / l[j * d + j];
        }
      }
    }
    return Optional.of(l);
  }
}
