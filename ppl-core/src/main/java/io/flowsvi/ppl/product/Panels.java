package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;

/**
 * Products of many rows, for which B is laid out as panels of a few columns first: numbers of a
 * panel follow one another, while rows of B are apart, and may all want the same lines of the
 * cache. A part of a panel stays in the first cache, some rows of A in the second (Goto and van de
 * Geijn 2008).
 */
final class Panels implements Layout {
  /** With fewer rows, laying out a B that changes in every step costs more than it spares. */
  private static final int MANY = 24;

  /** Rows of so many panels are far enough apart. */
  private static final int LONG = 4;

  /** So many rows of A stay in the second cache while all panels pass. */
  private static final int HIGH = 96;

  private final Sizes stored;
  private final Products.Lifetime lifetime;
  private final int wide;
  private final Sizes some;
  private final Sizes last;
  private final Sizes all;
  private final double[] laid;
  private double[] seen = {};

  /** Of sizes for which they {@link #pay}. */
  Panels(Sizes stored, Products.Lifetime lifetime) {
    this.stored = stored;
    this.lifetime = lifetime;
    wide = Tiles.width(0);
    all = stored.withDown(wide);
    some = all.part(HIGH, all.inner(), wide);
    last = all.part(all.rows() % HIGH, all.inner(), wide);
    laid = new double[(all.columns() + wide - 1) / wide * wide * all.inner()];
  }

  /** Whether products are better made so: of a B that is stored by columns, or has long rows. */
  static boolean pay(Sizes stored, Products.Lifetime lifetime) {
    boolean byColumns = stored.aside() != 1;
    int rows = byColumns && lifetime == Products.Lifetime.DATA ? Tiles.ROWS[0] + 1 : MANY;
    int columns = (byColumns ? 1 : LONG) * Tiles.width(0);
    return VectorUnit.isPresent() && stored.rows() >= rows && stored.columns() >= columns;
  }

  @Override
  public void run(double[] a, int ia, double[] out, int at) {
    int whole = all.columns() / wide;
    for (int k = 0; k == 0 || k < all.inner(); k += Tiles.DEEP) {
      int deep = Math.min(Tiles.DEEP, all.inner() - k);
      Tiles.Kind kind = k == 0 ? Tiles.Kind.OUTER : Tiles.Kind.OUTER_MORE;
      for (int i = 0; i < all.rows(); i += HIGH) {
        Sizes rows = i + HIGH <= all.rows() ? some : last;
        int left = ia + i * all.step() + k * all.along();
        int to = at + i * all.wide();
        for (int p = 0; p < whole; p++) {
          int right = (p * all.inner() + k) * wide;
          Blocks.column(kind, 0, rows, deep, a, left, laid, right, out, to + p * wide);
        }
      }
    }
    if (whole * wide < all.columns()) {
      rest(a, ia, out, at);
    }
  }

  /** The last columns as vectors that end with them, all of k at once: some are computed twice. */
  private void rest(double[] a, int ia, double[] out, int at) {
    int few = Width.DOUBLE.lanes();
    int vectors = all.columns() % wide <= few ? Tiles.COLUMNS.length - 1 : 0;
    int skipped = vectors == 0 ? 0 : wide - few;
    int right = all.columns() / wide * all.inner() * wide + skipped;
    int to = at + all.columns() - wide + skipped;
    Blocks.column(Tiles.Kind.OUTER, vectors, all, all.inner(), a, ia, laid, right, out, to);
  }

  @Override
  public void lay(double[] b, int ib) {
    if (lifetime == Products.Lifetime.DATA && seen == b) {
      return;
    }
    seen = b;
    for (int p = 0, to = 0; to < laid.length; p++, to += wide * all.inner()) {
      int from = ib + Math.min(p * wide, all.columns() - wide) * stored.aside();
      if (stored.aside() == 1) {
        rows(b, from, to);
      } else {
        columns(b, from, to);
      }
    }
  }

  private void rows(double[] b, int from, int to) {
    for (int k = 0, p = from, q = to; k < all.inner(); k++, p += stored.down(), q += wide) {
      for (int c = 0; c < wide; c++) {
        laid[q + c] = b[p + c];
      }
    }
  }

  private void columns(double[] b, int from, int to) {
    int apart = stored.aside();
    int c = 0;
    for (; c + 4 <= wide; c += 4) {
      Transposition.four(b, from + c * apart, apart, 0, all.inner(), laid, to + c, wide);
    }
    for (; c < wide; c++) {
      Transposition.one(b, from + c * apart, 0, all.inner(), laid, to + c, wide);
    }
  }
}
