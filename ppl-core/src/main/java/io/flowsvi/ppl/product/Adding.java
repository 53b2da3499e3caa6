package io.flowsvi.ppl.product;

import java.util.Arrays;

/** Products in plain Java, in loops that HotSpot vectorises where it can. */
final class Adding {
  /** So many columns of a few rows stay in the first cache while all of A passes. */
  private static final int PANEL = 256;

  /** The rows of a tile. */
  static final int TILE = 4;

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
    for (int j = 0; j < n; j += PANEL) {
      int columns = Math.min(PANEL, n - j);
      panel(a, ia, step, along, count, b, ib + j, width, columns, inner, out, at + j, outWidth);
    }
  }

  private static void panel(
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

  /**
   * Rows of A times columns of B, in tiles of four by two whose sums stay in registers: B(k, j) is
   * at {@code ib + k·down + j·aside}.
   */
  static void tiles(
      double[] a,
      int ia,
      int step,
      int along,
      int rows,
      double[] b,
      int ib,
      int down,
      int aside,
      int columns,
      int inner,
      double[] out,
      int at,
      int outWidth) {
    int i = 0;
    for (; i + TILE <= rows; i += TILE) {
      int from = ia + i * step;
      int to = at + i * outWidth;
      int j = 0;
      for (; j + 1 < columns && along == 1 && down == 1; j += 2) {
        tile(a, from, step, b, ib + j * aside, aside, inner, out, to + j, outWidth);
      }
      for (; j + 1 < columns; j += 2) {
        tile(a, from, step, along, b, ib + j * aside, down, aside, inner, out, to + j, outWidth);
      }
      for (int r = 0; j < columns && r < TILE; r++) {
        double sum = dot(a, from + r * step, along, b, ib + j * aside, down, inner);
        out[to + r * outWidth + j] = sum;
      }
    }
    for (; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = dot(a, ia + i * step, along, b, ib + j * aside, down, inner);
        out[at + i * outWidth + j] = sum;
      }
    }
  }

  private static void tile(
      double[] a,
      int ia,
      int step,
      int along,
      double[] b,
      int ib,
      int down,
      int aside,
      int inner,
      double[] out,
      int at,
      int outWidth) {
    double s00 = 0;
    double s01 = 0;
    double s10 = 0;
    double s11 = 0;
    double s20 = 0;
    double s21 = 0;
    double s30 = 0;
    double s31 = 0;
    for (int k = 0, p = ia, q = ib; k < inner; k++, p += along, q += down) {
      double b0 = b[q];
      double b1 = b[q + aside];
      double a0 = a[p];
      double a1 = a[p + step];
      double a2 = a[p + 2 * step];
      double a3 = a[p + 3 * step];
      s00 += a0 * b0;
      s01 += a0 * b1;
      s10 += a1 * b0;
      s11 += a1 * b1;
      s20 += a2 * b0;
      s21 += a2 * b1;
      s30 += a3 * b0;
      s31 += a3 * b1;
    }
    out[at] = s00;
    out[at + 1] = s01;
    out[at + outWidth] = s10;
    out[at + outWidth + 1] = s11;
    out[at + 2 * outWidth] = s20;
    out[at + 2 * outWidth + 1] = s21;
    out[at + 3 * outWidth] = s30;
    out[at + 3 * outWidth + 1] = s31;
  }

  /** The same of numbers that lie side by side: without checks of bounds in the loop. */
  private static void tile(
      double[] a,
      int ia,
      int step,
      double[] b,
      int ib,
      int aside,
      int inner,
      double[] out,
      int at,
      int outWidth) {
    int a1 = ia + step;
    int a2 = a1 + step;
    int a3 = a2 + step;
    int b1 = ib + aside;
    double s00 = 0;
    double s01 = 0;
    double s10 = 0;
    double s11 = 0;
    double s20 = 0;
    double s21 = 0;
    double s30 = 0;
    double s31 = 0;
    for (int k = 0; k < inner; k++) {
      double f0 = b[ib + k];
      double f1 = b[b1 + k];
      s00 += a[ia + k] * f0;
      s01 += a[ia + k] * f1;
      s10 += a[a1 + k] * f0;
      s11 += a[a1 + k] * f1;
      s20 += a[a2 + k] * f0;
      s21 += a[a2 + k] * f1;
      s30 += a[a3 + k] * f0;
      s31 += a[a3 + k] * f1;
    }
    out[at] = s00;
    out[at + 1] = s01;
    out[at + outWidth] = s10;
    out[at + outWidth + 1] = s11;
    out[at + 2 * outWidth] = s20;
    out[at + 2 * outWidth + 1] = s21;
    out[at + 3 * outWidth] = s30;
    out[at + 3 * outWidth + 1] = s31;
  }

  private static double dot(double[] a, int ia, int along, double[] b, int ib, int down, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    for (; k + 3 < n; k += 4) {
      int p = ia + k * along;
      int q = ib + k * down;
      s0 += a[p] * b[q];
      s1 += a[p + along] * b[q + down];
      s2 += a[p + 2 * along] * b[q + 2 * down];
      s3 += a[p + 3 * along] * b[q + 3 * down];
    }
    for (; k < n; k++) {
      s0 += a[ia + k * along] * b[ib + k * down];
    }
    return s0 + s1 + (s2 + s3);
  }
}
