package io.flowsvi.ppl.vector;

import java.util.Arrays;

/** Products in plain Java, in loops that HotSpot vectorises where it can. */
final class Adding {
  private Adding() {}

  /** Row i of the result: Σ over k of A(i, k) times the first n numbers of row k of B. */
  static void rows(
      double[] a,
      int ia,
      int step,
      int along,
      int count,
      double[] b,
      int ib,
      int width,
      int n,
      int inner,
      double[] out,
      int at,
      int outWidth) {
    for (int i = 0; i < count; i++) {
      Arrays.fill(out, at + i * outWidth, at + i * outWidth + n, 0);
    }
    int k = 0;
    for (; k + 3 < inner; k += 4) {
      int from = ib + k * width;
      for (int i = 0; i < count; i++) {
        int p = ia + i * step + k * along;
        double f0 = a[p];
        double f1 = a[p + along];
        double f2 = a[p + 2 * along];
        four(f0, f1, f2, a[p + 3 * along], b, from, width, n, out, at + i * outWidth);
      }
    }
    for (; k < inner; k++) {
      for (int i = 0; i < count; i++) {
        one(a[ia + i * step + k * along], b, ib + k * width, n, out, at + i * outWidth);
      }
    }
  }

  private static void four(
      double f0,
      double f1,
      double f2,
      double f3,
      double[] b,
      int from,
      int width,
      int n,
      double[] out,
      int to) {
    int b1 = from + width;
    int b2 = b1 + width;
    int b3 = b2 + width;
    for (int j = 0; j < n; j++) {
      out[to + j] += f0 * b[from + j] + f1 * b[b1 + j] + (f2 * b[b2 + j] + f3 * b[b3 + j]);
    }
  }

  private static void one(double factor, double[] b, int from, int n, double[] out, int to) {
    for (int j = 0; j < n; j++) {
      out[to + j] += factor * b[from + j];
    }
  }

  /** Rows of A times rows of the array of B, which is transposed. */
  static void dots(
      double[] a,
      int ia,
      int step,
      int along,
      int rows,
      double[] b,
      int ib,
      int width,
      int columns,
      int inner,
      double[] out,
      int at,
      int outWidth) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[at + i * outWidth + j] = dot(a, ia + i * step, along, b, ib + j * width, inner);
      }
    }
  }

  private static double dot(double[] a, int ia, int along, double[] b, int ib, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    for (; k + 3 < n; k += 4) {
      int p = ia + k * along;
      s0 += a[p] * b[ib + k];
      s1 += a[p + along] * b[ib + k + 1];
      s2 += a[p + 2 * along] * b[ib + k + 2];
      s3 += a[p + 3 * along] * b[ib + k + 3];
    }
    for (; k < n; k++) {
      s0 += a[ia + k * along] * b[ib + k];
    }
    return s0 + s1 + (s2 + s3);
  }
}
