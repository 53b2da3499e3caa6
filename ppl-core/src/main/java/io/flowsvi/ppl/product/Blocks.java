package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;

/** One product of parts of arrays, by {@link Tiles} where vectors fit, else in plain Java. */
final class Blocks {
  /** Written when first needed. */
  private static final class Written {
    private static final Tiles TILES = TileWriter.write();
  }

  /** Shorter rows of B are not worth a loop over them that HotSpot vectorises. */
  private static final int WIDE = 48;

  private static final int DEEP = 8;

  private Blocks() {}

  /** B is stored by rows: row i of the result is Σ over k of A(i, k) times row k of B. */
  static void outer(Sizes s, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    int lanes = Width.DOUBLE.lanes();
    int columns = s.columns();
    if (!VectorUnit.isPresent() || columns < lanes) {
      if (columns < WIDE && s.inner() >= DEEP && s.rows() >= Adding.TILE) {
        Adding.tiles(s, a, ia, b, ib, out, at);
      } else {
        Adding.rows(s, a, ia, b, ib, out, at);
      }
      return;
    }
    boolean row = s.rows() == 1 && s.along() == 1;
    int done = row ? row(Tiles.Kind.OUTER, s, a, ia, b, ib, out, at) : 0;
    // Without more rows than one block has, every number of B is needed once.
    int most = s.rows() <= Tiles.ROWS[0] ? Math.max(1, s.inner()) : Tiles.DEEP;
    for (int k = 0; k == 0 || k < s.inner(); k += most) {
      int deep = Math.min(most, s.inner() - k);
      Tiles.Kind kind = k == 0 ? Tiles.Kind.OUTER : Tiles.Kind.OUTER_MORE;
      int left = ia + k * s.along();
      int right = ib + k * s.down();
      int j = done;
      for (int c = 0; c < Tiles.COLUMNS.length; c++) {
        int wide = Tiles.width(c);
        for (; j + wide <= columns; j += wide) {
          column(kind, c, s, deep, a, left, b, right + j, out, at + j);
        }
      }
    }
    if (columns % lanes != 0) {
      // The last columns, as a vector that ends with them: some are computed twice.
      int one = Tiles.COLUMNS.length - 1;
      int j = columns - lanes;
      column(Tiles.Kind.OUTER, one, s, s.inner(), a, ia, b, ib + j, out, at + j);
    }
  }

  /** Most columns of a product of one row of A, in large blocks; returns how many. */
  private static int row(
      Tiles.Kind kind, Sizes s, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    boolean vectors = kind == Tiles.Kind.OUTER;
    int width = vectors ? s.down() : s.aside();
    int j = 0;
    for (int c = 0; c < Tiles.SINGLE.length; c++) {
      int block = Tiles.single(kind, c);
      int wide = Tiles.SINGLE[c] * (vectors ? Width.DOUBLE.lanes() : 1);
      for (; j + wide <= s.columns(); j += wide) {
        int from = ib + j * s.aside();
        Written.TILES.run(block, a, ia, s.step(), b, from, width, s.inner(), out, at + j, s.wide());
      }
    }
    return j;
  }

  /**
   * A few columns of all rows, and so many numbers of k.
   *
   * @param vectors how many columns, as an index into {@link Tiles#COLUMNS}
   */
  static void column(
      Tiles.Kind kind,
      int vectors,
      Sizes s,
      int deep,
      double[] a,
      int ia,
      double[] b,
      int ib,
      double[] out,
      int at) {
    Tiles.Kind fit = kind.along(s.along());
    int wideA = s.along() == 1 ? s.step() : s.along();
    int i = 0;
    for (int r = 0; r < Tiles.ROWS.length; r++) {
      int block = Tiles.block(fit, r, vectors);
      for (; i + Tiles.ROWS[r] <= s.rows(); i += Tiles.ROWS[r]) {
        int from = ia + i * s.step();
        int to = at + i * s.wide();
        Written.TILES.run(block, a, from, wideA, b, ib, s.down(), deep, out, to, s.wide());
      }
    }
  }

  /** B is stored by columns: rows of A times rows of the array of B. */
  static void dots(Sizes s, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (Width.DOUBLE.lanes() > s.inner() || !VectorUnit.isPresent() || s.along() != 1) {
      Adding.tiles(s, a, ia, b, ib, out, at);
      return;
    }
    int j = s.rows() == 1 ? row(Tiles.Kind.DOTS, s, a, ia, b, ib, out, at) : 0;
    for (int c = 0; c < Tiles.COLUMNS.length; c++) {
      for (; j + Tiles.COLUMNS[c] <= s.columns(); j += Tiles.COLUMNS[c]) {
        int right = ib + j * s.aside();
        int i = 0;
        for (int r = 0; r < Tiles.ROWS.length; r++) {
          int block = Tiles.block(Tiles.Kind.DOTS, r, c);
          for (; i + Tiles.ROWS[r] <= s.rows(); i += Tiles.ROWS[r]) {
            int from = ia + i * s.step();
            int to = at + i * s.wide() + j;
            Written.TILES.run(
                block, a, from, s.step(), b, right, s.aside(), s.inner(), out, to, s.wide());
          }
        }
      }
    }
  }
}
