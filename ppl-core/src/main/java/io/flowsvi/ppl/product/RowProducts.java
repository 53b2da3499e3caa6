package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;

/** Products of rows of B by numbers of A, in the way that this JVM and their sizes suggest. */
final class RowProducts implements Way {
  private final Sizes sizes;
  private final RowSums rowSums;
  private final Sizes narrow;
  private final double[] copy;

  /** With scratch space that products made one after another may share. */
  RowProducts(Sizes sizes, RowSums rowSums) {
    this.sizes = sizes;
    this.rowSums = rowSums;
    boolean isNarrow = isNarrow(sizes);
    narrow = sizes.part(sizes.rows() - 1, sizes.inner(), sizes.columns());
    copy = new double[isNarrow ? sizes.inner() * sizes.columns() + Width.DOUBLE.lanes() : 0];
  }

  /**
   * Whether rows are somewhat shorter than a vector: not below one of doubles, as they also end
   * there.
   */
  private static boolean isNarrow(Sizes s) {
    int lanes = Width.DOUBLE.lanes();
    return VectorUnit.isPresent()
        && s.columns() < lanes
        && s.columns() >= lanes * Width.DOUBLE.words() / 2
        && s.rows() > Tiles.ROWS[0]
        && s.wide() == s.columns()
        && s.down() == s.columns();
  }

  /** Row i of the result: Σ over k of A(i, k) times row k of B. */
  @Override
  public void run(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (copy.length > 0) {
      narrow(a, ia, b, ib, out, at);
    } else if (RowSums.pay(sizes.columns())) {
      rowSums.run(sizes, a, ia, b, ib, out, at);
    } else {
      Blocks.outer(sizes, a, ia, b, ib, out, at);
    }
  }

  /**
   * Rows as vectors, each of which writes over the surplus of the one before, and the last by
   * single numbers. A copy of B lets its last row be read as a vector, too.
   */
  private void narrow(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    int one = Tiles.COLUMNS.length - 1;
    int inner = sizes.inner();
    System.arraycopy(b, ib, copy, 0, inner * sizes.columns());
    Blocks.column(Tiles.Kind.OUTER, one, narrow, inner, a, ia, copy, 0, out, at);
    int last = sizes.rows() - 1;
    Sizes row = sizes.part(1, inner, sizes.columns());
    Adding.rows(row, a, ia + last * sizes.step(), b, ib, out, at + last * sizes.wide());
  }
}
