package io.flowsvi.ppl.vector;

import java.util.Arrays;

/** Products in plain Java, in loops that HotSpot vectorises where it can. */
final class Adding {
  private Adding() {}

  /** Row i of the result: Σ over k of A(i, k) times row k of B, which has n numbers. */
  static void rows(
      double[] a,
      int ia,
      int step,
      int along,
      int count,
      double[] b,
      int ib,
      int n,
      int inner,
      double[] out,
      int at) {
    Arrays.fill(out, at, at + count * n, 0);
    int k = 0;
    for (; k + 3 < inner; k += 4) {
      int from = ib + k * n;
      for (int i = 0; i < count; i++) {
        int p = ia + i * step + k * along;
        four(a[p], a[p + along], a[p + 2 * along], a[p + 3 * along], b, from, n, out, at + i * n);
      }
    }
    for (; k < inner; k++) {
      for (int i = 0; i < count; i++) {
        one(a[ia + i * step + k * along], b, ib + k * n, n, out, at + i * n);
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
      int n,
      double[] out,
      int to) {
    int b1 = from + n;
    int b2 = b1 + n;
    int b3 = b2 + n;
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
      int columns,
      int inner,
      double[] out,
      int at) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[at + i * columns + j] = dot(a, ia + i * step, along, b, ib + j * inner, inner);
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
