package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;

/**
 * Convolution and its adjoints as matrix products over patches.
 *
 * <p>The patches of a few images at a time are laid out as a matrix, one column (or row) for each
 * place of the kernel: enough places that the inner loop is long, few enough that the matrix stays
 * in the cache.
 */
final class ConvolutionKernels {
  /** Places of the kernel in one patch matrix, about. */
  private static final int PLACES = 256;

  /** Sizes of one convolution, whichever of its three arrays is the result. */
  private record Sizes(
      int images,
      int channels,
      int height,
      int width,
      int outputs,
      int kernelHeight,
      int kernelWidth,
      int rows,
      int columns,
      int stride,
      int padding) {
    static Sizes of(Shape x, Shape kernel, Shape y, int stride, int padding) {
      return new Sizes(
          x.dim(0),
          x.dim(1),
          x.dim(2),
          x.dim(3),
          y.dim(1),
          kernel.dim(2),
          kernel.dim(3),
          y.dim(2),
          y.dim(3),
          stride,
          padding);
    }

    int patch() {
      return channels * kernelHeight * kernelWidth;
    }

    int places() {
      return rows * columns;
    }

    int block() {
      return Math.max(1, PLACES / Math.max(1, places()));
    }
  }

  private ConvolutionKernels() {}

  static double[] convolve(Primitive.Convolve op, Shape result, double[][] in, Shape[] shapes) {
    Sizes s = Sizes.of(shapes[0], shapes[1], result, op.stride(), op.padding());
    double[] y = new double[result.size()];
    double[] patches = new double[s.patch() * s.block() * s.places()];
    double[] product = new double[s.outputs * s.block() * s.places()];
    for (int first = 0; first < s.images; first += s.block()) {
      int count = Math.min(s.block(), s.images - first);
      int places = count * s.places();
      patchColumns(s, in[0], first, count, patches);
      java.util.Arrays.fill(product, 0, s.outputs * places, 0);
      addProduct(in[1], s.patch(), 1, patches, product, s.outputs, s.patch(), places);
      imagesFirst(s, product, y, first, count);
    }
    return y;
  }

  static double[] transposeConvolve(
      Primitive.TransposeConvolve op, Shape result, double[][] in, Shape[] shapes) {
    Sizes s = Sizes.of(result, shapes[1], shapes[0], op.stride(), op.padding());
    double[] x = new double[result.size()];
    double[] patches = new double[s.patch() * s.block() * s.places()];
    double[] outputs = new double[s.outputs * s.block() * s.places()];
    for (int first = 0; first < s.images; first += s.block()) {
      int count = Math.min(s.block(), s.images - first);
      int places = count * s.places();
      outputsFirst(s, in[0], outputs, first, count);
      java.util.Arrays.fill(patches, 0, s.patch() * places, 0);
      addProduct(in[1], 1, s.patch(), outputs, patches, s.patch(), s.outputs, places);
      addColumns(s, patches, x, first, count);
    }
    return x;
  }

  static double[] kernelConvolve(
      Primitive.KernelConvolve op, Shape result, double[][] in, Shape[] shapes) {
    Sizes s = Sizes.of(shapes[0], result, shapes[1], op.stride(), op.padding());
    double[] kernel = new double[result.size()];
    double[] patches = new double[s.patch() * s.block() * s.places()];
    double[] outputs = new double[s.outputs * s.block() * s.places()];
    for (int first = 0; first < s.images; first += s.block()) {
      int count = Math.min(s.block(), s.images - first);
      int places = count * s.places();
      patchRows(s, in[0], first, count, patches);
      outputsFirst(s, in[1], outputs, first, count);
      addProduct(outputs, places, 1, patches, kernel, s.outputs, places, s.patch());
    }
    return kernel;
  }

  /** Patches of some images as a matrix [C h w, images H' W']. */
  private static void patchColumns(Sizes s, double[] x, int first, int count, double[] to) {
    int at = 0;
    for (int c = 0; c < s.channels; c++) {
      for (int a = 0; a < s.kernelHeight; a++) {
        for (int b = 0; b < s.kernelWidth; b++) {
          for (int n = first; n < first + count; n++) {
            int image = (n * s.channels + c) * s.height * s.width;
            for (int i = 0; i < s.rows; i++) {
              int row = i * s.stride + a - s.padding;
              if (row < 0 || row >= s.height) {
                java.util.Arrays.fill(to, at, at + s.columns, 0);
                at += s.columns;
                continue;
              }
              int from = image + row * s.width;
              for (int j = 0; j < s.columns; j++) {
                int column = j * s.stride + b - s.padding;
                to[at++] = column < 0 || column >= s.width ? 0 : x[from + column];
              }
            }
          }
        }
      }
    }
  }

  /** The adjoint of patchColumns: adds each patch back to where it was read. */
  private static void addColumns(Sizes s, double[] patches, double[] x, int first, int count) {
    int at = 0;
    for (int c = 0; c < s.channels; c++) {
      for (int a = 0; a < s.kernelHeight; a++) {
        for (int b = 0; b < s.kernelWidth; b++) {
          for (int n = first; n < first + count; n++) {
            int image = (n * s.channels + c) * s.height * s.width;
            for (int i = 0; i < s.rows; i++) {
              int row = i * s.stride + a - s.padding;
              if (row < 0 || row >= s.height) {
                at += s.columns;
                continue;
              }
              int to = image + row * s.width;
              for (int j = 0; j < s.columns; j++, at++) {
                int column = j * s.stride + b - s.padding;
                if (column >= 0 && column < s.width) {
                  x[to + column] += patches[at];
                }
              }
            }
          }
        }
      }
    }
  }

  /** Patches of some images as a matrix [images H' W', C h w]. */
  private static void patchRows(Sizes s, double[] x, int first, int count, double[] to) {
    int at = 0;
    for (int n = first; n < first + count; n++) {
      for (int i = 0; i < s.rows; i++) {
        for (int j = 0; j < s.columns; j++) {
          int left = j * s.stride - s.padding;
          for (int c = 0; c < s.channels; c++) {
            int image = (n * s.channels + c) * s.height * s.width;
            for (int a = 0; a < s.kernelHeight; a++) {
              int row = i * s.stride + a - s.padding;
              boolean inside = row >= 0 && row < s.height;
              int from = image + row * s.width + left;
              for (int b = 0; b < s.kernelWidth; b++) {
                boolean there = inside && left + b >= 0 && left + b < s.width;
                to[at++] = there ? x[from + b] : 0;
              }
            }
          }
        }
      }
    }
  }

  /** From [O, images, H' W'] to [images, O, H' W']. */
  private static void imagesFirst(Sizes s, double[] from, double[] y, int first, int count) {
    int places = s.places();
    for (int o = 0; o < s.outputs; o++) {
      for (int n = 0; n < count; n++) {
        int to = ((first + n) * s.outputs + o) * places;
        System.arraycopy(from, (o * count + n) * places, y, to, places);
      }
    }
  }

  /** From [images, O, H' W'] to [O, images, H' W']. */
  private static void outputsFirst(Sizes s, double[] y, double[] to, int first, int count) {
    int places = s.places();
    for (int o = 0; o < s.outputs; o++) {
      for (int n = 0; n < count; n++) {
        int from = ((first + n) * s.outputs + o) * places;
        System.arraycopy(y, from, to, (o * count + n) * places, places);
      }
    }
  }

  /**
   * out [rows, columns] += A · B [inner, columns], A's element (i, k) at i·ra + k·ca. Four rows of
   * B at a time: a result is then read and written once for four products.
   */
  private static void addProduct(
      double[] a, int ra, int ca, double[] b, double[] out, int rows, int inner, int columns) {
    for (int i = 0; i < rows; i++) {
      int row = i * columns;
      int k = 0;
      for (; k + 3 < inner; k += 4) {
        int p = i * ra + k * ca;
        addFour(a[p], a[p + ca], a[p + 2 * ca], a[p + 3 * ca], b, k * columns, out, row, columns);
      }
      for (; k < inner; k++) {
        double factor = a[i * ra + k * ca];
        int from = k * columns;
        for (int j = 0; j < columns; j++) {
          out[row + j] += factor * b[from + j];
        }
      }
    }
  }

  private static void addFour(
      double f0,
      double f1,
      double f2,
      double f3,
      double[] b,
      int from,
      double[] out,
      int row,
      int n) {
    int b1 = from + n;
    int b2 = from + 2 * n;
    int b3 = from + 3 * n;
    for (int j = 0; j < n; j++) {
      out[row + j] += f0 * b[from + j] + f1 * b[b1 + j] + (f2 * b[b2 + j] + f3 * b[b3 + j]);
    }
  }
}
