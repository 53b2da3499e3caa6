package io.flowsvi.flows.nested;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.model.BatchLogDensity;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;

class SparsityTest {
  private static final int CHAIN = 60;

  /** −½ xᵀ A x of a chain of neighbours with one more coordinate that all depend on. */
  private static double[][] matrix() {
    int d = CHAIN + 1;
    double[][] a = new double[d][d];
    for (int i = 0; i < CHAIN; i++) {
      a[i][i] = 3 + 0.1 * Math.sin(i);
      if (i > 0) {
        a[i][i - 1] = a[i - 1][i] = -1;
      }
      a[i][CHAIN] = a[CHAIN][i] = 0.1 + 0.01 * i;
    }
    a[CHAIN][CHAIN] = 40;
    return a;
  }

  private static BatchLogDensity normal(double[][] a) {
    return new BatchLogDensity() {
      @Override
      public int dim() {
        return a.length;
      }

      @Override
      public double[] values(double[] points) {
        return gradients(points, new double[points.length]);
      }

      @Override
      public double[] gradients(double[] points, double[] gradients) {
        int d = a.length;
        double[] values = new double[points.length / d];
        for (int r = 0; r < values.length; r++) {
          for (int i = 0; i < d; i++) {
            double sum = 0;
            for (int j = 0; j < d; j++) {
              // As a model's terms: what does not depend on a coordinate never sees it.
              sum += a[i][j] == 0 ? 0 : a[i][j] * points[r * d + j];
            }
            gradients[r * d + i] = -sum;
            values[r] -= 0.5 * sum * points[r * d + i];
          }
        }
        return values;
      }
    };
  }

  private static Sparsity pattern() {
    return Sparsity.of(
        normal(matrix()), new double[CHAIN + 1], IntStream.rangeClosed(0, CHAIN).toArray());
  }

  @Test
  void findsNeighboursAndFewGroups() {
    Sparsity pattern = pattern();
    assertThat(pattern.neighbours().get(7).stream().toArray()).containsExactly(6, 7, 8, CHAIN);
    assertThat(pattern.dense().stream().toArray()).containsExactly(CHAIN);
    // Every third of the chain shares a difference; the dense coordinate has its own.
    assertThat(pattern.groups()).hasSize(4);
    assertThat(Arrays.stream(pattern.order()).sorted().toArray())
        .isEqualTo(IntStream.rangeClosed(0, CHAIN).toArray());
    assertThat(pattern.order()[CHAIN]).isEqualTo(CHAIN);
  }

  @Test
  void envelopeEqualsDenseCholesky() {
    double[][] a = matrix();
    RealMatrix dense = new Array2DRowRealMatrix(a);
    CholeskyDecomposition cholesky = new CholeskyDecomposition(dense);
    Envelope envelope = Envelope.of(pattern(), (i, j) -> a[i][j]).orElseThrow();
    assertThat(envelope.halfLogDet())
        .isCloseTo(0.5 * Math.log(cholesky.getDeterminant()), within(1e-10));
    double[] b = IntStream.rangeClosed(0, CHAIN).mapToDouble(Math::cos).toArray();
    assertThat(dense.operate(envelope.solve(b))).containsExactly(b, within(1e-10));
    // back turns the identity into a root of the inverse.
    RealMatrix root = new Array2DRowRealMatrix(CHAIN + 1, CHAIN + 1);
    for (int k = 0; k <= CHAIN; k++) {
      double[] unit = new double[CHAIN + 1];
      unit[k] = 1;
      root.setColumn(k, envelope.back(unit));
    }
    RealMatrix one = dense.multiply(root.multiply(root.transpose()));
    for (int i = 0; i <= CHAIN; i++) {
      for (int j = 0; j <= CHAIN; j++) {
        assertThat(one.getEntry(i, j)).isCloseTo(i == j ? 1 : 0, within(1e-10));
      }
    }
  }

  @Test
  void indefiniteMatricesHaveNoFactor() {
    double[][] a = matrix();
    a[3][3] = -1;
    assertThat(Envelope.of(pattern(), (i, j) -> a[i][j])).isEqualTo(Optional.empty());
  }
}
