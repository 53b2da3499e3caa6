package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.Width;

/**
 * Blocks of a product of {@link StripedPanels}, held in registers; written by {@link PanelWriter}.
 *
 * <p>Both matrices are laid out as stripes: those of A have the numbers of {@link #STRIPE} rows in
 * a column one after another, those of B the numbers of a vector of columns in a row. Distances are
 * powers of two that HotSpot knows: it checks bounds before the loop, not in it.
 */
interface PanelTiles {
  /** The rows of a block, from most to least. */
  int[] ROWS = {8, 4, 2, 1};

  /** Vectors in a row of the widest block. */
  int WIDEST = 3;

  /** The rows in a stripe of A. */
  int STRIPE = Math.max(ROWS[0], Width.DOUBLE.lanes());

  /** Blocks of new sums, and as many of sums that go on. */
  int BLOCKS = 2 * ROWS.length * WIDEST;

  /**
   * Whether blocks fit the registers: 32 come with vectors of 512 bits. In 16, blocks of 4 rows by
   * 2 or 3 vectors and of 6 by 2 were slower than {@link Tiles}, as HotSpot keeps sums in memory.
   */
  static boolean fit() {
    return Width.DOUBLE.lanes() * Width.DOUBLE.words() >= 16;
  }

  /** The number of a block of new sums. */
  static int block(int rows, int vectors) {
    return rows * WIDEST + vectors - 1;
  }

  /** The number of a block whose sums begin at what the result holds. */
  static int blockOfMore(int rows, int vectors) {
    return BLOCKS / 2 + block(rows, vectors);
  }

  /**
   * Computes one block.
   *
   * @param apart how far stripes of B are apart
   * @param inner how many columns of A
   * @param last where the last vector of a row of the block begins in the result
   */
  void run(
      int block,
      double[] a,
      int ia,
      double[] b,
      int ib,
      int apart,
      int inner,
      double[] out,
      int at,
      int wideOut,
      int last);

  /** Copies vectors that are so far apart to where they follow one another. */
  void copy(double[] from, int start, int apart, int count, double[] to, int at);
}
