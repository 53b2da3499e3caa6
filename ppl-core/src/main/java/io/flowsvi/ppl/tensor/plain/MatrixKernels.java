package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.product.Kernel;
import io.flowsvi.ppl.product.Products;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Primitive.Triangle;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;

/** Products, factorisations and solves of the last two axes. */
final class MatrixKernels {
  private MatrixKernels() {}

  static double[] matmul(Primitive.Matmul op, Shape result, double[][] in, Shape[] shapes) {
    double[] out = new double[result.size()];
    if (out.length > 0) {
      Products.of(op, result, shapes, Products.Lifetime.STEP).run(in[0], in[1], out);
    }
    return out;
  }

  static double[] affine(double[][] in, Shape[] shapes) {
    int inner = shapes[1].dim(1);
    int outputs = shapes[1].dim(0);
    int rows = shapes[0].leading(-1).size();
    double[] out = new double[rows * outputs];
    Products.Operand x = new Products.Operand(new int[1], false);
    Products.Operand weight = new Products.Operand(new int[1], true);
    new Products(rows, inner, outputs, x, weight, Products.Lifetime.STEP).run(in[0], in[1], out);
    for (int r = 0, at = 0; r < rows; r++) {
      for (int o = 0; o < outputs; o++) {
        out[at++] += in[2][o];
      }
    }
    return out;
  }

  static Kernel cholesky(Shape shape) {
    int n = shape.dim(-1);
    return (in, out) -> {
      Arrays.fill(out, 0);
      for (int at = 0; at < out.length; at += n * n) {
        factor(in[0], out, at, n);
      }
    };
  }

  private static void factor(double[] a, double[] l, int at, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[at + i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= l[at + i * n + k] * l[at + j * n + k];
        }
        // The root of a negative number is NaN: not positive definite shows as such.
        l[at + i * n + j] = i == j ? Math.sqrt(sum) : sum / l[at + j * n + j];
      }
    }
  }

  static Kernel triangularSolve(Primitive.TriangularSolve op, Shape result, Shape[] shapes) {
    int n = result.dim(-2);
    int columns = result.dim(-1);
    boolean transposed = op.side() == Side.TRANSPOSED;
    boolean forward = (op.triangle() == Triangle.LOWER) != transposed;
    // At its end a walk is at its beginning again.
    Walk walk = batches(result.leading(-2), shapes[0], shapes[1]);
    return (in, out) -> {
      int at = 0;
      do {
        int a = walk.offset[0];
        int b = walk.offset[1];
        for (int m = 0; at < out.length && m < walk.inner; m++) {
          System.arraycopy(in[1], b, out, at, n * columns);
          solve(in[0], a, n, transposed, forward, out, at, columns);
          at += n * columns;
          a += walk.innerStride[0];
          b += walk.innerStride[1];
        }
      } while (walk.next());
    };
  }

  private static void solve(
      double[] matrix,
      int a,
      int n,
      boolean transposed,
      boolean forward,
      double[] out,
      int at,
      int columns) {
    int row = transposed ? 1 : n;
    int column = transposed ? n : 1;
    for (int step = 0; step < n; step++) {
      int i = forward ? step : n - 1 - step;
      for (int before = 0; before < step; before++) {
        int k = forward ? before : n - 1 - before;
        double factor = matrix[a + i * row + k * column];
        for (int c = 0; c < columns; c++) {
          out[at + i * columns + c] -= factor * out[at + k * columns + c];
        }
      }
      double pivot = matrix[a + i * (n + 1)];
      for (int c = 0; c < columns; c++) {
        out[at + i * columns + c] /= pivot;
      }
    }
  }

  static Kernel logAbsDet(Shape shape) {
    int n = shape.dim(-1);
    double[] lu = new double[n * n];
    double[] none = {};
    return (in, out) -> {
      for (int m = 0; m < out.length; m++) {
        System.arraycopy(in[0], m * n * n, lu, 0, n * n);
        eliminate(lu, n, none, 0);
        out[m] = 0;
        for (int i = 0; i < n; i++) {
          out[m] += Math.log(Math.abs(lu[i * (n + 1)]));
        }
      }
    };
  }

  static Kernel inverse(Shape shape) {
    int n = shape.dim(-1);
    double[] lu = new double[n * n];
    double[] x = new double[n * n];
    return (in, out) -> {
      for (int at = 0; at < out.length; at += n * n) {
        System.arraycopy(in[0], at, lu, 0, n * n);
        Arrays.fill(x, 0);
        for (int i = 0; i < n; i++) {
          x[i * (n + 1)] = 1;
        }
        eliminate(lu, n, x, n);
        for (int i = n - 1; i >= 0; i--) {
          for (int c = 0; c < n; c++) {
            double sum = x[i * n + c];
            for (int k = i + 1; k < n; k++) {
              sum -= lu[i * n + k] * x[k * n + c];
            }
            x[i * n + c] = sum / lu[i * (n + 1)];
          }
        }
        System.arraycopy(x, 0, out, at, n * n);
      }
    };
  }

  /** Gaussian elimination with row pivoting, in place, on the matrix and its right-hand sides. */
  private static void eliminate(double[] a, int n, double[] right, int columns) {
    for (int p = 0; p < n; p++) {
      int best = p;
      for (int i = p + 1; i < n; i++) {
        if (Math.abs(a[i * n + p]) > Math.abs(a[best * n + p])) {
          best = i;
        }
      }
      swap(a, n, p, best);
      swap(right, columns, p, best);
      for (int i = p + 1; i < n; i++) {
        double factor = a[i * n + p] / a[p * (n + 1)];
        if (factor != 0) {
          for (int k = p; k < n; k++) {
            a[i * n + k] -= factor * a[p * n + k];
          }
          for (int c = 0; c < columns; c++) {
            right[i * columns + c] -= factor * right[p * columns + c];
          }
        }
      }
    }
  }

  private static void swap(double[] a, int width, int i, int j) {
    for (int k = 0; i != j && k < width; k++) {
      double kept = a[i * width + k];
      a[i * width + k] = a[j * width + k];
      a[j * width + k] = kept;
    }
  }

  /** Walks the leading axes of a product; offsets count elements, one matrix per step. */
  private static Walk batches(Shape batch, Shape a, Shape b) {
    return new Walk(batch, matrixStrides(a, batch), matrixStrides(b, batch));
  }

  private static int[] matrixStrides(Shape operand, Shape batch) {
    int[] strides = Walk.broadcast(operand.leading(-2), batch);
    int matrix = operand.trailing(2).size();
    for (int i = 0; i < strides.length; i++) {
      strides[i] *= matrix;
    }
    return strides;
  }
}
