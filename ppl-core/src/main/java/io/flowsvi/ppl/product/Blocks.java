package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;

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

  /** So many rows of B are used for all of A before the next: a panel of them fits the cache. */
  private static final int INNER = 128;

  /** Shorter rows of B are not worth a loop over them that HotSpot vectorises. */
  private static final int WIDE = 48;

  private static final int DEEP = 8;

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
      if (columns < WIDE && inner >= DEEP && rows >= Adding.TILE) {
        Adding.tiles(a, ia, step, along, rows, b, ib, width, 1, columns, inner, out, at, outWidth);
        return;
      }
      Adding.rows(a, ia, step, along, rows, b, ib, width, columns, inner, out, at, outWidth);
      return;
    }
    boolean row = rows == 1 && along == 1;
    int done = row ? row(Tiles.Kind.OUTER, a, ia, b, ib, width, columns, inner, out, at) : 0;
    // Without more rows than one block has, every number of B is needed once.
    int most = rows <= Tiles.ROWS[0] ? inner : INNER;
    for (int k = 0; k == 0 || k < inner; k += most) {
      int count = Math.min(most, inner - k);
      Tiles.Kind kind = k == 0 ? Tiles.Kind.OUTER : Tiles.Kind.OUTER_MORE;
      int left = ia + k * along;
      int right = ib + k * width;
      int j = done;
      for (int c = 0; c < Tiles.COLUMNS.length; c++) {
        int wide = Tiles.COLUMNS[c] * lanes;
        for (; j + wide <= columns; j += wide) {
          int from = right + j;
          column(kind, c, a, left, step, along, rows, b, from, width, count, out, at + j, outWidth);
        }
      }
    }
    if (columns % lanes != 0) {
      // The last columns, as a vector that ends with them: some are computed twice.
      int one = Tiles.COLUMNS.length - 1;
      int j = columns - lanes;
      Tiles.Kind kind = Tiles.Kind.OUTER;
      column(kind, one, a, ia, step, along, rows, b, ib + j, width, inner, out, at + j, outWidth);
    }
  }

  /** Most columns of a product of one row of A, in large blocks; returns how many. */
  private static int row(
      Tiles.Kind kind,
      double[] a,
      int ia,
      double[] b,
      int ib,
      int width,
      int columns,
      int inner,
      double[] out,
      int at) {
    boolean vectors = kind == Tiles.Kind.OUTER;
    int j = 0;
    for (int c = 0; c < Tiles.SINGLE.length; c++) {
      int block = Tiles.single(kind, c);
      int wide = Tiles.SINGLE[c] * (vectors ? VectorUnit.lanes() : 1);
      for (; j + wide <= columns; j += wide) {
        int from = ib + j * (vectors ? 1 : width);
        Written.TILES.run(block, a, ia, inner, b, from, width, inner, out, at + j, columns);
      }
    }
    return j;
  }

  /** Some vectors of columns, an index into {@link Tiles#COLUMNS}, and all rows. */
  static void column(
      Tiles.Kind kind,
      int columns,
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
    Tiles.Kind fit = kind.along(along);
    int wideA = along == 1 ? step : along;
    int i = 0;
    for (int r = 0; r < Tiles.ROWS.length; r++) {
      int block = Tiles.block(fit, r, columns);
      for (; i + Tiles.ROWS[r] <= rows; i += Tiles.ROWS[r]) {
        int from = ia + i * step;
        int to = at + i * outWidth;
        Written.TILES.run(block, a, from, wideA, b, ib, width, inner, out, to, outWidth);
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
      Adding.tiles(a, ia, step, along, rows, b, ib, 1, width, columns, inner, out, at, outWidth);
      return;
    }
    int j = rows == 1 ? row(Tiles.Kind.DOTS, a, ia, b, ib, width, columns, inner, out, at) : 0;
    for (int c = 0; c < Tiles.COLUMNS.length; c++) {
      for (; j + Tiles.COLUMNS[c] <= columns; j += Tiles.COLUMNS[c]) {
        int i = 0;
        for (int r = 0; r < Tiles.ROWS.length; r++) {
          int block = Tiles.block(Tiles.Kind.DOTS, r, c);
          for (; i + Tiles.ROWS[r] <= rows; i += Tiles.ROWS[r]) {
            int from = ia + i * step;
            int to = at + i * outWidth + j;
            int right = ib + j * width;
            Written.TILES.run(block, a, from, step, b, right, width, inner, out, to, outWidth);
          }
        }
      }
    }
  }
}
