package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.Width;

/** Small blocks of a matrix product, held in registers; written by {@link TileWriter}. */
interface Tiles {
  /** The rows of a block, from most to least. */
  int[] ROWS = {6, 4, 2, 1};

  /** The columns of a block, in vectors for outer products, in numbers for dot products. */
  int[] COLUMNS = {2, 1};

  /** So many rows of B, in as many columns as a block has, stay in the first cache. */
  int DEEP = 128;

  /**
   * More columns for a product of one row: its few sums would each wait for their last addition.
   */
  int[] SINGLE = {8, 5, 3};

  /** The number of the first block of a product of one row. */
  int SINGLES = Kind.values().length * ROWS.length * COLUMNS.length;

  /**
   * Whether columns of B lie side by side, or the numbers of a column. A is read by kinds of its
   * own where its rows, or its columns, are rows of the array: HotSpot then checks bounds once.
   */
  enum Kind {
    /** B is row-major: its rows, times numbers of A, are added up. */
    OUTER,
    /** The same, added to what the result holds. */
    OUTER_MORE,
    /** As {@link #OUTER} where A is stored by columns. */
    TURNED,
    /** As {@link #OUTER_MORE} where A is stored by columns. */
    TURNED_MORE,
    /** B is transposed: rows of A and B are multiplied and summed. */
    DOTS;

    /** This kind for an A whose row has neighbours so far apart. */
    Kind along(int along) {
      return along == 1 ? this : this == OUTER ? TURNED : TURNED_MORE;
    }
  }

  /** The columns of a block of an outer product, an index into {@link #COLUMNS}, in numbers. */
  static int width(int columns) {
    return COLUMNS[columns] * Width.DOUBLE.lanes();
  }

  /** The number of a block: indices into {@link #ROWS} and {@link #COLUMNS}. */
  static int block(Kind kind, int rows, int columns) {
    return (kind.ordinal() * ROWS.length + rows) * COLUMNS.length + columns;
  }

  /** The number of a block of one row: an index into {@link #SINGLE}. */
  static int single(Kind kind, int columns) {
    return SINGLES + (kind == Kind.OUTER ? 0 : SINGLE.length) + columns;
  }

  /**
   * Computes one block. A row of A's array has {@code wideA} numbers and is a row of A, or a column
   * where it is turned; one of B's has {@code width}, one of the result's {@code outWidth}.
   */
  void run(
      int block,
      double[] a,
      int ia,
      int wideA,
      double[] b,
      int ib,
      int width,
      int inner,
      double[] out,
      int at,
      int outWidth);
}
