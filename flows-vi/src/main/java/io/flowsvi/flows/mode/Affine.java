package io.flowsvi.flows.mode;

import io.flowsvi.ppl.tensor.ShapeException;

/**
 * x = loc + A z: the map from standardised to unconstrained coordinates, in plain Java.
 *
 * @param loc D numbers
 * @param matrix A, D × D, row-major, regular
 * @param logDet log |det A|
 */
public record Affine(double[] loc, double[] matrix, double logDet) {
  /** Checks the sizes. */
  public Affine {
    if (matrix.length != loc.length * loc.length) {
      throw new ShapeException(
          "Affine: " + loc.length + " dimensions need a square matrix, got " + matrix.length + ".");
    }
  }

  /** D. */
  public int dim() {
    return loc.length;
  }

  /** loc + A z of each row z of points {@code [N, D]}. */
  public double[] apply(double[] z) {
    int d = dim();
    double[] x = new double[z.length];
    for (int row = 0; row < z.length; row += d) {
      for (int i = 0; i < d; i++) {
        double sum = loc[i];
        for (int j = 0; j < d; j++) {
          sum += matrix[i * d + j] * z[row + j];
        }
        x[row + i] = sum;
      }
    }
    return x;
  }

  /** A Aᵀ, row-major. */
  public double[] covariance() {
    int d = dim();
    double[] c = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = 0; k < d; k++) {
          sum += matrix[i * d + k] * matrix[j * d + k];
        }
        c[i * d + j] = sum;
        c[j * d + i] = sum;
      }
    }
    return c;
  }
}
