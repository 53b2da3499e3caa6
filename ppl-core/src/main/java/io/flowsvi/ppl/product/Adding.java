package io.flowsvi.ppl.product;

import java.util.Arrays;

/** Products in plain Java, in loops that HotSpot vectorises where it can. */
final class Adding {
  /** So many columns of a few rows stay in the first cache while all of A passes. */
  private static final int PANEL = 256;

  /** The rows of a tile. */
  static final int TILE = 4;

  private Adding() {}

  /** Row i of the result: Σ over k of A(i, k) times row k of B. */
  static void rows(Sizes s, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    for (int j = 0; j < s.columns(); j += PANEL) {
      panel(s, Math.min(PANEL, s.columns() - j), a, ia, b, ib + j, out, at + j);
    }
  }

  /** The same of the first n columns. */
  private static void panel(
      Sizes s, int n, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    int along = s.along();
    for (int i = 0; i < s.rows(); i++) {
      Arrays.fill(out, at + i * s.wide(), at + i * s.wide() + n, 0);
    }
    int k = 0;
    for (; k + 3 < s.inner(); k += 4) {
      int from = ib + k * s.down();
      for (int i = 0; i < s.rows(); i++) {
        int p = ia + i * s.step() + k * along;
        double f0 = a[p];
        double f1 = a[p + along];
        double f2 = a[p + 2 * along];
        four(f0, f1, f2, a[p + 3 * along], b, from, s.down(), n, out, at + i * s.wide());
      }
    }
    for (; k < s.inner(); k++) {
      for (int i = 0; i < s.rows(); i++) {
        one(a[ia + i * s.step() + k * along], b, ib + k * s.down(), n, out, at + i * s.wide());
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

  /** Rows of A times columns of B, in tiles of four by two whose sums stay in registers. */
  static void tiles(Sizes s, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    boolean near = s.along() == 1 && s.down() == 1;
    int i = 0;
    for (; i + TILE <= s.rows(); i += TILE) {
      int from = ia + i * s.step();
      int to = at + i * s.wide();
      int j = 0;
      for (; j + 1 < s.columns(); j += 2) {
        if (near) {
          nearTile(s, a, from, b, ib + j * s.aside(), out, to + j);
        } else {
          tile(s, a, from, b, ib + j * s.aside(), out, to + j);
        }
      }
      for (int r = 0; j < s.columns() && r < TILE; r++) {
        out[to + r * s.wide() + j] = dot(s, a, from + r * s.step(), b, ib + j * s.aside());
      }
    }
    for (; i < s.rows(); i++) {
      for (int j = 0; j < s.columns(); j++) {
        out[at + i * s.wide() + j] = dot(s, a, ia + i * s.step(), b, ib + j * s.aside());
      }
    }
  }

  private static void tile(Sizes s, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    int step = s.step();
    int along = s.along();
    int down = s.down();
    int aside = s.aside();
    double s00 = 0;
    double s01 = 0;
    double s10 = 0;
    double s11 = 0;
    double s20 = 0;
    double s21 = 0;
    double s30 = 0;
    double s31 = 0;
    for (int k = 0, p = ia, q = ib; k < s.inner(); k++, p += along, q += down) {
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
    int wide = s.wide();
    pair(out, at, s00, s01);
    pair(out, at + wide, s10, s11);
    pair(out, at + 2 * wide, s20, s21);
    pair(out, at + 3 * wide, s30, s31);
  }

  /** The same of numbers that lie side by side: without checks of bounds in the loop. */
  private static void nearTile(
      Sizes s, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    int step = s.step();
    int inner = s.inner();
    int a1 = ia + step;
    int a2 = a1 + step;
    int a3 = a2 + step;
    int b1 = ib + s.aside();
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
    int wide = s.wide();
    pair(out, at, s00, s01);
    pair(out, at + wide, s10, s11);
    pair(out, at + 2 * wide, s20, s21);
    pair(out, at + 3 * wide, s30, s31);
  }

  private static void pair(double[] out, int at, double first, double second) {
    out[at] = first;
    out[at + 1] = second;
  }

  /** A row of A times a column of B. */
  private static double dot(Sizes s, double[] a, int ia, double[] b, int ib) {
    int along = s.along();
    int down = s.down();
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    for (; k + 3 < s.inner(); k += 4) {
      int p = ia + k * along;
      int q = ib + k * down;
      s0 += a[p] * b[q];
      s1 += a[p + along] * b[q + down];
      s2 += a[p + 2 * along] * b[q + 2 * down];
      s3 += a[p + 3 * along] * b[q + 3 * down];
    }
    for (; k < s.inner(); k++) {
      s0 += a[ia + k * along] * b[ib + k * down];
    }
    return s0 + s1 + (s2 + s3);
  }
}
