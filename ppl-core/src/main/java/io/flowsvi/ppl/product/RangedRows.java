package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Products of a B that is stored by rows, of each of which a range counts.
 *
 * <p>Panels of a few vectors of columns are made of the rows that the ranges leave whole in them,
 * and of small copies of the others with zeros.
 */
final class RangedRows implements Way {
  private final Sizes sizes;
  private final Ranges ranges;
  private final Panel[] panels;
  private final double[] copy;

  private RangedRows(Sizes sizes, Ranges ranges) {
    this.sizes = sizes;
    this.ranges = ranges;
    panels = panels();
    copy = new double[Tiles.DEEP * Tiles.width(0)];
  }

  /** The way for these sizes in this JVM. */
  static Way of(Sizes sizes, Ranges ranges) {
    if (RowSums.pay(sizes.columns())) {
      RowSums sums = new RowSums(sizes.rows(), sizes.columns());
      return (a, ia, b, ib, out, at) -> sums.run(sizes, ranges, a, ia, b, ib, out, at);
    }
    boolean vectors = VectorUnit.isPresent() && sizes.columns() >= Width.DOUBLE.lanes();
    return vectors ? new RangedRows(sizes, ranges) : copied(sizes, ranges);
  }

  private Panel[] panels() {
    int lanes = Width.DOUBLE.lanes();
    List<Panel> panels = new ArrayList<>();
    int j = 0;
    for (int c = 0; c < Tiles.COLUMNS.length; c++) {
      int wide = Tiles.width(c);
      for (; j + wide <= sizes.columns(); j += wide) {
        panels.add(panel(j, c));
      }
    }
    if (j < sizes.columns()) {
      panels.add(panel(sizes.columns() - lanes, Tiles.COLUMNS.length - 1));
    }
    return panels.toArray(Panel[]::new);
  }

  @Override
  public void run(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    for (Panel panel : panels) {
      sum(panel, a, ia, b, ib, out, at);
    }
  }

  /**
   * Some columns of the result, and which rows of B they need.
   *
   * @param from the first column
   * @param columns their number, as an index into {@link Tiles#COLUMNS}
   * @param copied of the product with a copy of the rows of a run
   */
  private record Panel(int from, int columns, Sizes copied, List<Run> runs) {}

  /**
   * Some rows of B.
   *
   * @param first the first row
   * @param count how many
   * @param whole whether the mask leaves them whole
   */
  private record Run(int first, int count, boolean whole) {}

  private Panel panel(int from, int c) {
    int wide = Tiles.width(c);
    List<Run> runs = new ArrayList<>();
    for (int r = 0; r < sizes.inner(); ) {
      int start = r;
      int kind = covers(r, from, from + wide);
      while (r < sizes.inner() && covers(r, from, from + wide) == kind && r - start < Tiles.DEEP) {
        r++;
      }
      if (kind >= 0) {
        runs.add(new Run(start, r - start, kind == 1));
      }
    }
    return new Panel(from, c, sizes.withDown(wide), List.copyOf(runs));
  }

  /** Whether a row's range has all of these columns (1), some of them (0), or none (−1). */
  private int covers(int row, int from, int to) {
    if (ranges.from()[row] <= from && ranges.to()[row] >= to) {
      return 1;
    }
    return ranges.from()[row] < to && ranges.to()[row] > from ? 0 : -1;
  }

  private void sum(Panel panel, double[] a, int ia, double[] b, int ib, double[] out, int to) {
    int wide = panel.copied().down();
    int at = to + panel.from();
    if (panel.runs().isEmpty()) {
      for (int i = 0; i < sizes.rows(); i++) {
        Arrays.fill(out, at + i * sizes.wide(), at + i * sizes.wide() + wide, 0);
      }
    }
    Tiles.Kind kind = Tiles.Kind.OUTER;
    int c = panel.columns();
    for (int r = 0; r < panel.runs().size(); r++) {
      Run run = panel.runs().get(r);
      int left = ia + run.first() * sizes.along();
      int right = ib + run.first() * sizes.down();
      if (run.whole()) {
        Blocks.column(kind, c, sizes, run.count(), a, left, b, right + panel.from(), out, at);
      } else {
        ranges.copy(run.first(), run.count(), panel.from(), wide, b, ib, sizes.down(), copy);
        Blocks.column(kind, c, panel.copied(), run.count(), a, left, copy, 0, out, at);
      }
      kind = Tiles.Kind.OUTER_MORE;
    }
  }

  /** Few columns: a copy of B with zeros in it. */
  private static Way copied(Sizes s, Ranges ranges) {
    double[] copy = new double[s.inner() * s.columns()];
    return (a, ia, b, ib, out, at) -> {
      ranges.copy(0, s.inner(), 0, s.columns(), b, ib, s.down(), copy);
      Blocks.outer(s, a, ia, copy, 0, out, at);
    };
  }
}
