package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.product.Kernel;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;

/** Sums, maxima and running sums. */
final class ReductionKernels {
  private ReductionKernels() {}

  static double[] sum(double[] x, Shape shape, Shape result, int axes) {
    double[] out = new double[result.size()];
    if (x.length == 0) {
      return out;
    }
    Walk walk = walk(shape, axes);
    do {
      int i = walk.offset[0];
      int o = walk.offset[1];
      int si = walk.innerStride[0];
      int so = walk.innerStride[1];
      if (so == 0) {
        double total = 0;
        for (int k = 0; k < walk.inner; k++, i += si) {
          total += x[i];
        }
        out[o] += total;
      } else {
        for (int k = 0; k < walk.inner; k++, i += si, o += so) {
          out[o] += x[i];
        }
      }
    } while (walk.next());
    return out;
  }

  static double[] max(double[] x, Shape shape, Shape result, int axes) {
    double[] out = new double[result.size()];
    Arrays.fill(out, Double.NEGATIVE_INFINITY);
    if (x.length == 0) {
      return out;
    }
    Walk walk = walk(shape, axes);
    do {
      int i = walk.offset[0];
      int o = walk.offset[1];
      for (int k = 0; k < walk.inner; k++) {
        out[o] = Math.max(out[o], x[i]);
        i += walk.innerStride[0];
        o += walk.innerStride[1];
      }
    } while (walk.next());
    return out;
  }

  static double[] logSumExp(double[] x, Shape shape, Shape result, int axes) {
    double[] top = max(x, shape, result, axes);
    double[] out = new double[top.length];
    if (x.length > 0) {
      Walk walk = walk(shape, axes);
      do {
        int i = walk.offset[0];
        int o = walk.offset[1];
        for (int k = 0; k < walk.inner; k++) {
          // ∞ − ∞ would be NaN; a row of −∞, or one with +∞, keeps its maximum.
          out[o] += Double.isInfinite(top[o]) ? 0 : Math.exp(x[i] - top[o]);
          i += walk.innerStride[0];
          o += walk.innerStride[1];
        }
      } while (walk.next());
    }
    for (int o = 0; o < out.length; o++) {
      out[o] = Double.isInfinite(top[o]) ? top[o] : top[o] + Math.log(out[o]);
    }
    return out;
  }

  static Kernel cumulativeSum(Shape shape, Primitive.CumulativeSum op) {
    int length = shape.dim(op.axis());
    int stride = shape.strides()[op.axis()];
    boolean forward = op.direction() == Primitive.Direction.FORWARD;
    return (in, out) -> {
      double[] x = in[0];
      for (int start = 0; start < x.length; start++) {
        if (start / stride % length != 0) {
          continue;
        }
        double total = 0;
        for (int k = 0; k < length; k++) {
          int i = start + (forward ? k : length - 1 - k) * stride;
          total += x[i];
          out[i] = total;
        }
      }
    };
  }

  private static Walk walk(Shape shape, int axes) {
    int[] out = new int[shape.rank()];
    int stride = 1;
    for (int i = out.length - 1; i >= 0; i--) {
      if ((axes >> i & 1) == 0) {
        out[i] = stride;
        stride *= shape.dim(i);
      }
    }
    return new Walk(shape, shape.strides(), out);
  }
}
