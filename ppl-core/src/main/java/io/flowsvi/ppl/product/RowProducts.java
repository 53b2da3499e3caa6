package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;

/** Products of rows of B by numbers of A, in the way that this JVM and their sizes suggest. */
final class RowProducts implements Way {
  private final Sizes sizes;
  private final RowSums rowSums;
  private final int vectors;
  private final Sizes narrow;
  private final Sizes lastRow;
  private final double[] copy;
  private final double[] last;

  /** With scratch space that products made one after another may share. */
  RowProducts(Sizes sizes, RowSums rowSums) {
    this.sizes = sizes;
    this.rowSums = rowSums;
    vectors = vectors(sizes);
    int wide = vectors * Width.DOUBLE.lanes();
    narrow = sizes.part(sizes.rows() - 1, sizes.inner(), sizes.columns());
    lastRow = sizes.part(1, sizes.inner(), sizes.columns());
    copy = new double[vectors > 0 ? sizes.inner() * sizes.columns() + wide : 0];
    last = new double[wide];
  }

  /**
   * How many vectors hold a row that is not whole vectors; 0 where rows are better made otherwise:
   * longer ones, and those below a vector of doubles, as they also end there.
   */
  private static int vectors(Sizes s) {
    int lanes = Width.DOUBLE.lanes();
    boolean near = s.wide() == s.columns() && s.down() == s.columns();
    if (!VectorUnit.isPresent() || !near || s.rows() <= Tiles.ROWS[0]) {
      return 0;
    }
    if (s.columns() > lanes && s.columns() < 2 * lanes) {
      return 2;
    }
    return s.columns() < lanes && s.columns() >= lanes * Width.DOUBLE.words() / 2 ? 1 : 0;
  }

  /** Row i of the result: Σ over k of A(i, k) times row k of B. */
  @Override
  public void run(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (vectors > 0) {
      narrow(a, ia, b, ib, out, at);
    } else if (RowSums.pay(sizes.columns())) {
      rowSums.run(sizes, a, ia, b, ib, out, at);
    } else {
      Blocks.outer(sizes, a, ia, b, ib, out, at);
    }
  }

  /**
   * Rows as whole vectors, each of which writes over the surplus of the one before, and the last
   * one elsewhere. Where B ends with its array, a copy lets its last row be read so, too.
   */
  private void narrow(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    int inner = sizes.inner();
    double[] from = b;
    int start = ib;
    if (b.length - ib < copy.length) {
      System.arraycopy(b, ib, copy, 0, inner * sizes.columns());
      from = copy;
      start = 0;
    }
    int block = vectors == Tiles.COLUMNS[0] ? 0 : 1;
    Blocks.column(Tiles.Kind.OUTER, block, narrow, inner, a, ia, from, start, out, at);
    int row = sizes.rows() - 1;
    int left = ia + row * sizes.step();
    Blocks.column(Tiles.Kind.OUTER, block, lastRow, inner, a, left, from, start, last, 0);
    System.arraycopy(last, 0, out, at + row * sizes.wide(), sizes.columns());
  }
}
