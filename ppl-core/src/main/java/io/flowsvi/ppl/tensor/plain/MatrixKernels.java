package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Primitive.Triangle;
import io.flowsvi.ppl.tensor.Shape;

/** Products, factorisations and solves of the last two axes. */
final class MatrixKernels {
  // From this many rows on, transposing a matrix once is cheaper than dot products, which the JIT
  // does not vectorise.
  private static final int FEW_ROWS = 4;

  private MatrixKernels() {}

  static double[] matmul(Primitive.Matmul op, Shape result, double[][] in, Shape[] shapes) {
    int rows = result.dim(-2);
    int columns = result.dim(-1);
    int inner = shapes[0].dim(op.left() == Side.PLAIN ? -1 : -2);
    double[] out = new double[result.size()];
    if (out.length == 0) {
      return out;
    }
    int ra = op.left() == Side.PLAIN ? inner : 1;
    int ca = op.left() == Side.PLAIN ? 1 : rows;
    boolean plainB = op.right() == Side.PLAIN;
    Walk walk = batches(result.leading(-2), shapes[0], shapes[1]);
    int at = 0;
    do {
      int a = walk.offset[0];
      int b = walk.offset[1];
      for (int k = 0; k < walk.inner; k++) {
        if (plainB) {
          product(in[0], a, ra, ca, in[1], b, out, at, rows, inner, columns);
        } else {
          dots(in[0], a, ra, ca, in[1], b, out, at, rows, inner, columns);
        }
        at += rows * columns;
        a += walk.innerStride[0];
        b += walk.innerStride[1];
      }
    } while (walk.next());
    return out;
  }

  /** B row-major: rows of B are added up, which vectorises. */
  private static void product(
      double[] a,
      int ia,
      int ra,
      int ca,
      double[] b,
      int ib,
      double[] out,
      int at,
      int rows,
      int inner,
      int columns) {
    for (int i = 0; i < rows; i++) {
      int row = at + i * columns;
      for (int k = 0; k < inner; k++) {
        double factor = a[ia + i * ra + k * ca];
        int from = ib + k * columns;
        for (int j = 0; j < columns; j++) {
          out[row + j] += factor * b[from + j];
        }
      }
    }
  }

  /** B transposed: with enough rows it is copied to row-major first, else dot products. */
  private static void dots(
      double[] a,
      int ia,
      int ra,
      int ca,
      double[] b,
      int ib,
      double[] out,
      int at,
      int rows,
      int inner,
      int columns) {
    if (rows >= FEW_ROWS) {
      product(a, ia, ra, ca, transposed(b, ib, columns, inner), 0, out, at, rows, inner, columns);
      return;
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[at + i * columns + j] = dot(a, ia + i * ra, ca, b, ib + j * inner, inner);
      }
    }
  }

  private static double[] transposed(double[] b, int ib, int rows, int columns) {
    double[] t = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        t[j * rows + i] = b[ib + i * columns + j];
      }
    }
    return t;
  }

  private static double dot(double[] a, int ia, int ca, double[] b, int ib, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    for (; k + 3 < n; k += 4) {
      int p = ia + k * ca;
      s0 += a[p] * b[ib + k];
      s1 += a[p + ca] * b[ib + k + 1];
      s2 += a[p + 2 * ca] * b[ib + k + 2];
      s3 += a[p + 3 * ca] * b[ib + k + 3];
    }
    for (; k < n; k++) {
      s0 += a[ia + k * ca] * b[ib + k];
    }
    return s0 + s1 + (s2 + s3);
  }

  static double[] affine(double[][] in, Shape[] shapes) {
    int inner = shapes[1].dim(1);
    int outputs = shapes[1].dim(0);
    int rows = shapes[0].leading(-1).size();
    double[] out = new double[rows * outputs];
    if (rows >= FEW_ROWS) {
      for (int r = 0; r < rows; r++) {
        System.arraycopy(in[2], 0, out, r * outputs, outputs);
      }
      double[] weight = transposed(in[1], 0, outputs, inner);
      product(in[0], 0, inner, 1, weight, 0, out, 0, rows, inner, outputs);
      return out;
    }
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < outputs; o++) {
        out[r * outputs + o] = in[2][o] + dot(in[0], r * inner, 1, in[1], o * inner, inner);
      }
    }
    return out;
  }

  static double[] cholesky(double[] a, Shape shape) {
    int n = shape.dim(-1);
    double[] l = new double[a.length];
    for (int at = 0; at < a.length; at += n * n) {
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
    return l;
  }

  static double[] triangularSolve(
      Primitive.TriangularSolve op, Shape result, double[][] in, Shape[] shapes) {
    int n = result.dim(-2);
    int columns = result.dim(-1);
    double[] out = new double[result.size()];
    if (out.length == 0) {
      return out;
    }
    boolean transposed = op.side() == Side.TRANSPOSED;
    boolean forward = (op.triangle() == Triangle.LOWER) != transposed;
    int row = transposed ? 1 : n;
    int column = transposed ? n : 1;
    Walk walk = batches(result.leading(-2), shapes[0], shapes[1]);
    int at = 0;
    do {
      int a = walk.offset[0];
      int b = walk.offset[1];
      for (int m = 0; m < walk.inner; m++) {
        System.arraycopy(in[1], b, out, at, n * columns);
        for (int step = 0; step < n; step++) {
          int i = forward ? step : n - 1 - step;
          for (int before = 0; before < step; before++) {
            int k = forward ? before : n - 1 - before;
            double factor = in[0][a + i * row + k * column];
            for (int c = 0; c < columns; c++) {
              out[at + i * columns + c] -= factor * out[at + k * columns + c];
            }
          }
          double pivot = in[0][a + i * (n + 1)];
          for (int c = 0; c < columns; c++) {
            out[at + i * columns + c] /= pivot;
          }
        }
        at += n * columns;
        a += walk.innerStride[0];
        b += walk.innerStride[1];
      }
    } while (walk.next());
    return out;
  }

  static double[] logAbsDet(double[] a, Shape shape) {
    int n = shape.dim(-1);
    int count = shape.leading(-2).size();
    double[] out = new double[count];
    for (int m = 0; m < count; m++) {
      double[] lu = java.util.Arrays.copyOfRange(a, m * n * n, (m + 1) * n * n);
      eliminate(lu, n, new double[0], 0);
      for (int i = 0; i < n; i++) {
        out[m] += Math.log(Math.abs(lu[i * (n + 1)]));
      }
    }
    return out;
  }

  static double[] inverse(double[] a, Shape shape) {
    int n = shape.dim(-1);
    double[] out = new double[a.length];
    for (int at = 0; at < a.length; at += n * n) {
      double[] lu = java.util.Arrays.copyOfRange(a, at, at + n * n);
      double[] x = new double[n * n];
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
    return out;
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
