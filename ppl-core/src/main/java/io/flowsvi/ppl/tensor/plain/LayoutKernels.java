package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.product.Kernel;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;

/** Kernels that only move elements. */
final class LayoutKernels {
  private LayoutKernels() {}

  /** Elements read with these strides from a start, in the row-major order of the result. */
  static double[] copy(double[] x, int[] strides, int start, Shape result) {
    double[] out = new double[result.size()];
    if (out.length == 0) {
      return out;
    }
    Walk walk = new Walk(result, strides);
    int at = 0;
    int step = walk.innerStride[0];
    do {
      int i = start + walk.offset[0];
      if (step == 1) {
        System.arraycopy(x, i, out, at, walk.inner);
        at += walk.inner;
      } else {
        for (int k = 0; k < walk.inner; k++, i += step) {
          out[at++] = x[i];
        }
      }
    } while (walk.next());
    return out;
  }

  static double[] permute(double[] x, Shape shape, Primitive.Permute op, Shape result) {
    int[] own = shape.strides();
    int[] strides = op.axes().stream().mapToInt(a -> own[a]).toArray();
    return copy(x, strides, 0, result);
  }

  static double[] pad(double[] x, Shape shape, Primitive.Pad op, Shape result) {
    double[] out = new double[result.size()];
    int inner = inner(shape, op.axis());
    int rows = shape.dim(op.axis()) * inner;
    int wide = result.dim(op.axis()) * inner;
    for (int o = 0; rows > 0 && o < x.length / rows; o++) {
      System.arraycopy(x, o * rows, out, o * wide + op.before() * inner, rows);
    }
    return out;
  }

  static double[] concat(double[][] in, Shape[] shapes, int axis, Shape result) {
    double[] out = new double[result.size()];
    int inner = inner(result, axis);
    int wide = result.dim(axis) * inner;
    int offset = 0;
    for (int p = 0; p < in.length; p++) {
      int rows = shapes[p].dim(axis) * inner;
      for (int o = 0; rows > 0 && o < in[p].length / rows; o++) {
        System.arraycopy(in[p], o * rows, out, o * wide + offset, rows);
      }
      offset += rows;
    }
    return out;
  }

  static double[] gather(double[][] in, Shape[] shapes, int axis, Shape result) {
    double[] out = new double[result.size()];
    int inner = inner(shapes[0], axis);
    int size = shapes[0].dim(axis);
    int n = in[1].length;
    int outer = n * inner == 0 ? 0 : out.length / (n * inner);
    for (int o = 0; o < outer; o++) {
      for (int k = 0; k < n; k++) {
        int row = row(in[1][k], size);
        System.arraycopy(in[0], (o * size + row) * inner, out, (o * n + k) * inner, inner);
      }
    }
    return out;
  }

  static double[] scatterAdd(double[][] in, Shape[] shapes, int axis, Shape result) {
    double[] out = new double[result.size()];
    int inner = inner(result, axis);
    int size = result.dim(axis);
    int n = in[1].length;
    int outer = n * inner == 0 ? 0 : in[0].length / (n * inner);
    for (int o = 0; o < outer; o++) {
      for (int k = 0; k < n; k++) {
        int to = (o * size + row(in[1][k], size)) * inner;
        int from = (o * n + k) * inner;
        for (int i = 0; i < inner; i++) {
          out[to + i] += in[0][from + i];
        }
      }
    }
    return out;
  }

  static Kernel takeAlong(Shape[] shapes, int axis, Shape result) {
    int size = shapes[0].dim(axis);
    int stride = shapes[0].strides()[axis];
    int[] data = shapes[0].strides();
    for (int i = 0; i < data.length; i++) {
      data[i] = i == axis || shapes[0].dim(i) == 1 ? 0 : data[i];
    }
    // At its end a walk is at its beginning again.
    Walk walk = new Walk(result, data, Walk.broadcast(shapes[1], result));
    return (in, out) -> {
      if (out.length == 0) {
        return;
      }
      int at = 0;
      do {
        int d = walk.offset[0];
        int j = walk.offset[1];
        for (int k = 0; k < walk.inner; k++) {
          out[at++] = in[0][d + row(in[1][j], size) * stride];
          d += walk.innerStride[0];
          j += walk.innerStride[1];
        }
      } while (walk.next());
    };
  }

  static Kernel putAlong(Shape[] shapes, int axis, Shape result) {
    Shape rows = result.with(axis, 1);
    int size = result.dim(axis);
    int[] to = result.strides();
    int stride = to[axis];
    to[axis] = 0;
    Walk walk =
        new Walk(rows, to, Walk.broadcast(shapes[0], rows), Walk.broadcast(shapes[1], rows));
    return (in, out) -> {
      Arrays.fill(out, 0);
      if (out.length == 0 || rows.size() == 0) {
        return;
      }
      do {
        int o = walk.offset[0];
        int g = walk.offset[1];
        int j = walk.offset[2];
        for (int k = 0; k < walk.inner; k++) {
          out[o + row(in[1][j], size) * stride] = in[0][g];
          o += walk.innerStride[0];
          g += walk.innerStride[1];
          j += walk.innerStride[2];
        }
      } while (walk.next());
    };
  }

  private static int row(double index, int size) {
    if (!(index >= 0 && index < size)) {
      throw new PplException("Index " + index + " is outside 0 to " + (size - 1) + ".");
    }
    return (int) index;
  }

  private static int inner(Shape shape, int axis) {
    return shape.slice(axis + 1, shape.rank()).size();
  }
}
