package io.flowsvi.ppl.vector;

/**
 * One product of parts of arrays, by {@link Tiles} where vectors fit, else in plain Java.
 *
 * <p>A(i, k) is at {@code ia + i·step + k·along}; rows of the arrays of B and of the result have
 * {@code width} and {@code outWidth} numbers.
 */
final class Blocks {
  /** Written when first needed. */
  private static final class Written {
    private static final Tiles TILES = TileWriter.write();
  }

  private Blocks() {}

  /** B is row-major: row i of the result is Σ over k of A(i, k) times row k of B. */
  static void outer(
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
    int lanes = VectorUnit.lanes();
    if (!VectorUnit.isPresent() || columns < lanes) {
      Adding.rows(a, ia, step, along, rows, b, ib, width, columns, inner, out, at, outWidth);
      return;
    }
    int j = 0;
    for (int c = 0; c < Tiles.COLUMNS.length; c++) {
      int wide = Tiles.COLUMNS[c] * lanes;
      for (; j + wide <= columns; j += wide) {
        column(c, a, ia, step, along, rows, b, ib + j, width, inner, out, at + j, outWidth);
      }
    }
    if (j < columns) {
      // The last columns once more, as a vector that ends with them.
      int last = Tiles.COLUMNS.length - 1;
      j = columns - lanes;
      column(last, a, ia, step, along, rows, b, ib + j, width, inner, out, at + j, outWidth);
    }
  }

  private static void column(
      int c,
      double[] a,
      int ia,
      int step,
      int along,
      int rows,
      double[] b,
      int ib,
      int width,
      int inner,
      double[] out,
      int at,
      int outWidth) {
    int i = 0;
    for (int r = 0; r < Tiles.ROWS.length; r++) {
      int block = Tiles.block(Tiles.Kind.OUTER, r, c);
      for (; i + Tiles.ROWS[r] <= rows; i += Tiles.ROWS[r]) {
        int from = ia + i * step;
        int to = at + i * outWidth;
        Written.TILES.run(block, a, from, step, along, b, ib, width, inner, out, to, outWidth);
      }
    }
  }

  /** B is transposed: rows of A times rows of the array of B. */
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
    if (VectorUnit.lanes() > inner || !VectorUnit.isPresent() || along != 1) {
      Adding.dots(a, ia, step, along, rows, b, ib, width, columns, inner, out, at, outWidth);
      return;
    }
    int j = 0;
    for (int c = 0; c < Tiles.COLUMNS.length; c++) {
      for (; j + Tiles.COLUMNS[c] <= columns; j += Tiles.COLUMNS[c]) {
        int i = 0;
        for (int r = 0; r < Tiles.ROWS.length; r++) {
          int block = Tiles.block(Tiles.Kind.DOTS, r, c);
          for (; i + Tiles.ROWS[r] <= rows; i += Tiles.ROWS[r]) {
            int from = ia + i * step;
            int to = at + i * outWidth + j;
            int right = ib + j * width;
            Written.TILES.run(block, a, from, step, 1, b, right, width, inner, out, to, outWidth);
          }
        }
      }
    }
  }
}
