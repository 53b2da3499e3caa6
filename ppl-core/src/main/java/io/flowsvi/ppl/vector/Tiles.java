package io.flowsvi.ppl.vector;

/** Small blocks of a matrix product, held in registers; written by {@link TileWriter}. */
interface Tiles {
  /** The rows of a block, from most to least. */
  int[] ROWS = {6, 4, 2, 1};

  /** The columns of a block, in vectors for outer products, in numbers for dot products. */
  int[] COLUMNS = {2, 1};

  /** Whether columns of B lie side by side, or the numbers of a column. */
  enum Kind {
    /** B is row-major: its rows, times numbers of A, are added up. */
    OUTER,
    /** The same, added to what the result holds. */
    OUTER_MORE,
    /** B is transposed: rows of A and B are multiplied and summed. */
    DOTS
  }

  /** The number of a block: indices into {@link #ROWS} and {@link #COLUMNS}. */
  static int block(Kind kind, int rows, int columns) {
    return (kind.ordinal() * ROWS.length + rows) * COLUMNS.length + columns;
  }

  /**
   * Computes one block: A(i, k) is at {@code ia + i·step + k·along}, a row of B's array has {@code
   * width} numbers, the result's {@code outWidth}.
   */
  void run(
      int block,
      double[] a,
      int ia,
      int step,
      int along,
      double[] b,
      int ib,
      int width,
      int inner,
      double[] out,
      int at,
      int outWidth);
}
