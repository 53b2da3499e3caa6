package io.flowsvi.flows.mode;

import io.flowsvi.ppl.model.BatchLogDensity;
import org.apache.commons.math3.exception.MaxCountExceededException;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Minus the Hessian of a log density in standardised coordinates, by central differences of
 * gradients, and what follows from it.
 *
 * <p>In coordinates z with x = loc + A z, once A is roughly right, the Hessian is near −I whatever
 * the scales and correlations of x: one step size fits all, and refining A from there is exact to
 * many digits even where the Hessian of x itself has condition number 10^10.
 *
 * @param values eigenvalues, ascending
 * @param vectors eigenvectors as columns, row-major
 * @param gradient of the log density by z at the centre
 * @param value the log density at the centre
 */
record Curvature(double[] values, double[] vectors, double[] gradient, double value) {
  /** Directions whose curvature is below this, relative to the scale so far, count as flat. */
  private static final double FLAT = 1e-6;

  /** Differences of this many standardised units: rounding and third derivatives both small. */
  private static final double STEP = 1e-3;

  /** At the centre of a map. */
  static Curvature at(BatchLogDensity density, Affine map) {
    int d = map.dim();
    double[] z = new double[(2 * d + 1) * d];
    for (int i = 0; i < d; i++) {
      z[(2 * i) * d + i] = STEP;
      z[(2 * i + 1) * d + i] = -STEP;
    }
    double[] x = map.apply(z);
    double[] g = new double[x.length];
    double[] values = density.gradients(x, g);
    double[][] hessian = new double[d][d];
    double[] difference = new double[d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        difference[j] = (g[(2 * i) * d + j] - g[(2 * i + 1) * d + j]) / (2 * STEP);
      }
      hessian[i] = negated(turned(map, difference));
    }
    double[] gradient = new double[d];
    System.arraycopy(g, 2 * d * d, gradient, 0, d);
    double[][] symmetric = new double[d][d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        double h = 0.5 * (hessian[i][j] + hessian[j][i]);
        symmetric[i][j] = Double.isFinite(h) ? h : i == j ? 1 : 0;
      }
    }
    double[] eigenvalues = new double[d];
    double[] vectors = new double[d * d];
    try {
      EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(symmetric, false));
      eigenvalues = eigen.getRealEigenvalues();
      for (int i = 0; i < d; i++) {
        for (int k = 0; k < d; k++) {
          vectors[i * d + k] = eigen.getV().getEntry(i, k);
        }
      }
    } catch (MaxCountExceededException e) {
      // Elements of very different sizes, far from any top: each coordinate by itself will do.
      for (int i = 0; i < d; i++) {
        eigenvalues[i] = symmetric[i][i];
        vectors[i * d + i] = 1;
      }
    }
    return new Curvature(eigenvalues, vectors, turned(map, gradient), values[2 * d]);
  }

  /** Aᵀ g. */
  private static double[] turned(Affine map, double[] g) {
    int d = g.length;
    double[] turned = new double[d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        turned[j] += map.matrix()[i * d + j] * g[i];
      }
    }
    return turned;
  }

  private static double[] negated(double[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = -x[i];
    }
    return x;
  }

  /** The eigenvalue a direction is scaled by: its size, limited so that no step is wild. */
  private double effective(int k, double floor) {
    return Math.max(Math.abs(values[k]), floor);
  }

  /** The Newton step in z, uphill also where the curvature is of the wrong sign. */
  double[] newton(double floor) {
    int d = values.length;
    double[] step = new double[d];
    for (int k = 0; k < d; k++) {
      double along = 0;
      for (int i = 0; i < d; i++) {
        along += vectors[i * d + k] * gradient[i];
      }
      along /= effective(k, floor);
      for (int i = 0; i < d; i++) {
        step[i] += vectors[i * d + k] * along;
      }
    }
    return step;
  }

  /** The squared length of the gradient in units of the curvature: 2 × what a Newton step gains. */
  double decrement(double floor) {
    return Lbfgs.dot(gradient, newton(floor));
  }

  /** The map whose coordinates have curvature 1, at a new centre. */
  Affine refined(Affine map, double[] centre, double floor) {
    int d = values.length;
    double[] scaled = new double[d * d];
    double logDet = map.logDet();
    for (int k = 0; k < d; k++) {
      double scale = 1 / Math.sqrt(effective(k, floor));
      logDet += Math.log(scale);
      for (int i = 0; i < d; i++) {
        scaled[i * d + k] = vectors[i * d + k] * scale;
      }
    }
    double[] matrix = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        double a = map.matrix()[i * d + j];
        if (a != 0) {
          for (int k = 0; k < d; k++) {
            matrix[i * d + k] += a * scaled[j * d + k];
          }
        }
      }
    }
    return new Affine(centre, matrix, logDet);
  }

  /** How many directions hardly curve, or curve upwards. */
  int flat() {
    int count = 0;
    for (double v : values) {
      count += v < FLAT ? 1 : 0;
    }
    return count;
  }

  /** Whether all curvatures are near 1: the map fits. */
  boolean standard() {
    for (double v : values) {
      if (!(Math.abs(v - 1) < 0.01)) {
        return false;
      }
    }
    return true;
  }
}
