package io.flowsvi.flows.mode;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;

/** Coordinates of points. */
final class Solve {
  private Solve() {}

  /** z with loc + A z = x. */
  static double[] inverse(Affine map, double[] x) {
    int d = map.dim();
    double[][] a = new double[d][d];
    double[] b = new double[d];
    for (int i = 0; i < d; i++) {
      b[i] = x[i] - map.loc()[i];
      System.arraycopy(map.matrix(), i * d, a[i], 0, d);
    }
    return new LUDecomposition(new Array2DRowRealMatrix(a, false), 0)
        .getSolver()
        .solve(new ArrayRealVector(b, false))
        .toArray();
  }
}
