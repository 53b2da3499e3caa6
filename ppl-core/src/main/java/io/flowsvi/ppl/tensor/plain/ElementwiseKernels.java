package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Unary;

/** Element-wise kernels; the common ones have loops of their own for the JIT's sake. */
final class ElementwiseKernels {
  private ElementwiseKernels() {}

  static double[] unary(Unary op, double[] x) {
    int n = x.length;
    double[] y = new double[n];
    switch (op) {
      case NEGATE -> {
        for (int i = 0; i < n; i++) {
          y[i] = -x[i];
        }
      }
      case SQUARE -> {
        for (int i = 0; i < n; i++) {
          y[i] = x[i] * x[i];
        }
      }
      case EXP -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.exp(x[i]);
        }
      }
      case LOG -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.log(x[i]);
        }
      }
      case TANH -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.tanh(x[i]);
        }
      }
      case RECIPROCAL -> {
        for (int i = 0; i < n; i++) {
          y[i] = 1 / x[i];
        }
      }
      case SQRT -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.sqrt(x[i]);
        }
      }
      case LOG1P -> {
        for (int i = 0; i < n; i++) {
          y[i] = log1p(x[i]);
        }
      }
      case SOFTPLUS -> {
        for (int i = 0; i < n; i++) {
          y[i] = Math.max(x[i], 0) + log1p(Math.exp(-Math.abs(x[i])));
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < n; i++) {
          double e = Math.exp(-Math.abs(x[i]));
          y[i] = (x[i] >= 0 ? 1 : e) / (1 + e);
        }
      }
      case STOP_GRADIENT -> {
        return x;
      }
      default -> {
        for (int i = 0; i < n; i++) {
          y[i] = op.apply(x[i]);
        }
      }
    }
    return y;
  }

  /**
   * log(1 + x) with the JIT's own logarithm: log(u)·x/(u − 1), u = 1 + x, whose two errors cancel
   * (Goldberg 1991, theorem 4). {@code Math.log1p} is not intrinsic and three times slower.
   */
  private static double log1p(double x) {
    double u = 1 + x;
    if (u == 1) {
      return x;
    }
    return Double.isInfinite(u) || x < -0.5 ? Math.log1p(x) : Math.log(u) * (x / (u - 1));
  }

  static double[] binary(Binary op, Shape result, double[][] in, Shape[] shapes) {
    int n = result.size();
    double[] out = new double[n];
    double[] a = in[0];
    double[] b = in[1];
    // An operand with as many elements as the result is laid out like the result.
    int sa = a.length == n ? 1 : a.length == 1 ? 0 : -1;
    int sb = b.length == n ? 1 : b.length == 1 ? 0 : -1;
    if (n == 0) {
      return out;
    }
    if (sa >= 0 && sb >= 0) {
      row(op, a, 0, sa, b, 0, sb, out, 0, n);
      return out;
    }
    Walk walk =
        new Walk(result, Walk.broadcast(shapes[0], result), Walk.broadcast(shapes[1], result));
    int at = 0;
    do {
      row(
          op,
          a,
          walk.offset[0],
          walk.innerStride[0],
          b,
          walk.offset[1],
          walk.innerStride[1],
          out,
          at,
          walk.inner);
      at += walk.inner;
    } while (walk.next());
    return out;
  }

  private static void row(
      Binary op,
      double[] a,
      int ia,
      int sa,
      double[] b,
      int ib,
      int sb,
      double[] out,
      int at,
      int n) {
    int i = ia;
    int j = ib;
    switch (op) {
      case PLUS -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = a[i] + b[j];
        }
      }
      case MINUS -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = a[i] - b[j];
        }
      }
      case TIMES -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = a[i] * b[j];
        }
      }
      case OVER -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = a[i] / b[j];
        }
      }
      case MAXIMUM -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = Math.max(a[i], b[j]);
        }
      }
      case MINIMUM -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = Math.min(a[i], b[j]);
        }
      }
      case LESS -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = a[i] < b[j] ? 1 : 0;
        }
      }
      case LESS_EQUAL -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = a[i] <= b[j] ? 1 : 0;
        }
      }
      case EQUAL -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = a[i] == b[j] ? 1 : 0;
        }
      }
      default -> {
        for (int k = at; k < at + n; k++, i += sa, j += sb) {
          out[k] = op.apply(a[i], b[j]);
        }
      }
    }
  }

  static double[] select(Shape result, double[][] in, Shape[] shapes) {
    double[] out = new double[result.size()];
    if (out.length == 0) {
      return out;
    }
    Walk walk =
        new Walk(
            result,
            Walk.broadcast(shapes[0], result),
            Walk.broadcast(shapes[1], result),
            Walk.broadcast(shapes[2], result));
    int at = 0;
    do {
      int c = walk.offset[0];
      int a = walk.offset[1];
      int b = walk.offset[2];
      for (int k = 0; k < walk.inner; k++) {
        out[at++] = in[0][c] != 0 ? in[1][a] : in[2][b];
        c += walk.innerStride[0];
        a += walk.innerStride[1];
        b += walk.innerStride[2];
      }
    } while (walk.next());
    return out;
  }
}
