package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.Width;

/**
 * A part of a matrix laid out as a stripe, for {@link PanelTiles}: the numbers of neighbours, rows
 * of A or columns of B, follow one another.
 */
final class Stripes {
  /** Most stripes are so wide: a constant, so that HotSpot knows the distances. */
  private static final int LANES = Width.DOUBLE.lanes();

  /** Of so many rows of an array, parts stay in the first cache. */
  private static final int FEW = 16;

  /** How much of each stripe is laid out at a time. */
  static int most(int apart, int count) {
    return apart == 1 ? FEW : Math.max(1, count);
  }

  /** Number k of neighbour n goes to at + k·wide + n, from start + n·apart + k·along. */
  static void lay(
      PanelTiles tiles,
      double[] from,
      int start,
      int apart,
      int along,
      int neighbours,
      int count,
      double[] to,
      int at,
      int wide) {
    if (apart == 1 && neighbours == LANES && wide == LANES) {
      tiles.copy(from, start, along, count, to, at);
      return;
    }
    int n = 0;
    if (along == 1 && wide == LANES) {
      for (; n + 4 <= neighbours; n += 4) {
        four(from, start + n * apart, apart, count, to, at + n);
      }
    }
    for (; n < neighbours; n++) {
      one(from, start + n * apart, along, count, to, at + n, wide);
    }
  }

  private static void four(double[] from, int start, int apart, int count, double[] to, int at) {
    int second = start + apart;
    int third = second + apart;
    int fourth = third + apart;
    for (int k = 0; k < count; k++) {
      to[at + k * LANES] = from[start + k];
      to[at + k * LANES + 1] = from[second + k];
      to[at + k * LANES + 2] = from[third + k];
      to[at + k * LANES + 3] = from[fourth + k];
    }
  }

  private static void one(
      double[] from, int start, int along, int count, double[] to, int at, int wide) {
    for (int k = 0, p = start, q = at; k < count; k++, p += along, q += wide) {
      to[q] = from[p];
    }
  }

  private Stripes() {}
}
