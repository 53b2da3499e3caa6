package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.Width;

/**
 * Products of many rows, for which both matrices are laid out in stripes first: numbers of a stripe
 * follow one another, while rows of B are apart, and may all want the same lines of the cache.
 * Parts of a few stripes of B stay in the first cache, those of some rows of A in the second (Goto
 * and van de Geijn 2008).
 */
final class StripedPanels implements Layout {
  /** Written when first needed. */
  private static final class Written {
    private static final PanelTiles TILES = PanelWriter.write();
  }

  /** With fewer rows, laying out a B that changes in every step costs more than it spares. */
  private static final int MANY = 24;

  /** In vectors: the shortest rows for which laying out both matrices costs less than it spares. */
  private static final int LONG = 8;

  /** The same where B is stored by columns, and laid out in any way. */
  private static final int LONG_OF_COLUMNS = 6;

  /** The same where the numbers of a row of A are far apart. */
  private static final int LONG_OF_FAR = 4;

  /** So many rows of A stay in the second cache while all panels pass. */
  private static final int HIGH = 96;

  /** So many rows of B, in as many columns as a block has, stay in the first cache. */
  private static final int DEEP = 128;

  /**
   * Some columns.
   *
   * @param first stripe
   * @param last where the last vector begins in the result
   */
  private record Panel(int first, int vectors, int last) {}

  private final Sizes stored;
  private final Products.Lifetime lifetime;
  private final Panel[] panels;
  private final double[] laid;
  private final double[] some;
  private double[] seen = {};

  /** Of sizes for which they {@link #pay}. */
  StripedPanels(Sizes stored, Products.Lifetime lifetime) {
    this.stored = stored;
    this.lifetime = lifetime;
    int lanes = Width.DOUBLE.lanes();
    int vectors = (stored.columns() + lanes - 1) / lanes;
    panels = panels(stored.columns(), vectors);
    laid = new double[vectors * lanes * stored.inner()];
    int rows = Math.min(HIGH, stored.rows());
    int stripes = (rows + PanelTiles.STRIPE - 1) / PanelTiles.STRIPE;
    some = new double[stripes * PanelTiles.STRIPE * Math.min(DEEP, stored.inner())];
  }

  /** As few as can be, of about the same width: the last vector ends with the last column. */
  private static Panel[] panels(int columns, int vectors) {
    int lanes = Width.DOUBLE.lanes();
    Panel[] panels = new Panel[(vectors + PanelTiles.WIDEST - 1) / PanelTiles.WIDEST];
    for (int p = 0, v = 0; p < panels.length; p++) {
      int left = panels.length - p;
      int count = (vectors - v + left - 1) / left;
      int last = Math.min((v + count - 1) * lanes, columns - lanes) - v * lanes;
      panels[p] = new Panel(v, count, last);
      v += count;
    }
    return panels;
  }

  /** Whether products are better made so: where a matrix is stored by columns, or rows are long. */
  static boolean pay(Sizes stored, Products.Lifetime lifetime) {
    boolean byColumns = stored.aside() != 1;
    int rows = byColumns && lifetime == Products.Lifetime.DATA ? Tiles.ROWS[0] + 1 : MANY;
    if (!PanelTiles.fit() || stored.rows() < rows) {
      return false;
    }
    int vectors = stored.columns() / Width.DOUBLE.lanes();
    if (stored.along() != 1 && stored.inner() >= DEEP) {
      // Each number would want a line of the cache, and a page, of its own.
      return vectors > 0;
    }
    return vectors >= (stored.isFar() ? LONG_OF_FAR : byColumns ? LONG_OF_COLUMNS : LONG);
  }

  @Override
  public void run(double[] a, int ia, double[] out, int at) {
    for (int i = 0; i < stored.rows(); i += HIGH) {
      int rows = Math.min(HIGH, stored.rows() - i);
      int to = at + i * stored.wide();
      for (int k = 0; k == 0 || k < stored.inner(); k += DEEP) {
        int deep = Math.min(DEEP, stored.inner() - k);
        layRows(a, ia + i * stored.step() + k * stored.along(), rows, deep);
        for (Panel panel : panels) {
          column(panel, k, deep, rows, out, to);
        }
      }
    }
  }

  /** Some columns of the rows of A that were laid out last, and so many numbers of k. */
  private void column(Panel panel, int k, int deep, int rows, double[] out, int at) {
    int lanes = Width.DOUBLE.lanes();
    int apart = lanes * stored.inner();
    int ib = panel.first() * apart + k * lanes;
    int to = at + panel.first() * lanes;
    int last = panel.last();
    int i = 0;
    for (int r = 0; r < PanelTiles.ROWS.length; r++) {
      int high = PanelTiles.ROWS[r];
      int vectors = panel.vectors();
      int block = k == 0 ? PanelTiles.block(r, vectors) : PanelTiles.blockOfMore(r, vectors);
      for (; i + high <= rows; i += high) {
        int inside = i % PanelTiles.STRIPE;
        int ia = (i - inside) * deep + inside;
        int row = to + i * stored.wide();
        Written.TILES.run(block, some, ia, laid, ib, apart, deep, out, row, stored.wide(), last);
      }
    }
  }

  /** Lays out some rows of A, and so many numbers of each. */
  private void layRows(double[] a, int from, int rows, int deep) {
    int wide = PanelTiles.STRIPE;
    int apart = stored.step();
    int along = stored.along();
    int most = Stripes.most(apart, deep);
    for (int k = 0; k < deep; k += most) {
      int count = Math.min(most, deep - k);
      for (int i = 0; i < rows; i += wide) {
        int start = from + i * apart + k * along;
        int to = i * deep + k * wide;
        int high = Math.min(wide, rows - i);
        Stripes.lay(Written.TILES, a, start, apart, along, high, count, some, to, wide);
      }
    }
  }

  @Override
  public void lay(double[] b, int ib) {
    if (lifetime == Products.Lifetime.DATA && seen == b) {
      return;
    }
    seen = b;
    int lanes = Width.DOUBLE.lanes();
    int apart = stored.aside();
    int down = stored.down();
    int inner = stored.inner();
    int most = Stripes.most(apart, inner);
    for (int k = 0; k < inner; k += most) {
      int count = Math.min(most, inner - k);
      for (int j = 0, to = k * lanes; j < stored.columns(); j += lanes, to += lanes * inner) {
        int start = ib + Math.min(j, stored.columns() - lanes) * apart + k * down;
        Stripes.lay(Written.TILES, b, start, apart, down, lanes, count, laid, to, lanes);
      }
    }
  }
}
