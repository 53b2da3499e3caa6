package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Products of a B that is stored by rows, of each of which a range counts.
 *
 * <p>Panels of a few vectors of columns are made of the rows that the ranges leave whole in them,
 * and of small copies of the others with zeros.
 */
final class RangedRows implements MaskedProducts.Way {
  /** So many rows of B stay in the cache while all of A passes. */
  private static final int DEEP = 128;

  private final RangedSizes sizes;
  private final int rows;
  private final int inner;
  private final int columns;
  private final int step;
  private final int along;
  private final Ranges ranges;
  private final Panel[] panels;
  private final double[] copy;

  private RangedRows(RangedSizes sizes) {
    this.sizes = sizes;
    rows = sizes.rows();
    inner = sizes.inner();
    columns = sizes.columns();
    step = sizes.step();
    along = sizes.along();
    ranges = sizes.ranges();
    panels = panels();
    copy = new double[DEEP * Tiles.COLUMNS[0] * VectorUnit.lanes()];
  }

  /** The way for these sizes in this JVM. */
  static MaskedProducts.Way of(RangedSizes sizes) {
    if (RowSums.pay(sizes.columns())) {
      return added(sizes);
    }
    boolean vectors = VectorUnit.isPresent() && sizes.columns() >= VectorUnit.lanes();
    return vectors ? new RangedRows(sizes) : copied(sizes);
  }

  private Panel[] panels() {
    int lanes = VectorUnit.lanes();
    List<Panel> panels = new ArrayList<>();
    int j = 0;
    for (int c = 0; c < Tiles.COLUMNS.length; c++) {
      int wide = Tiles.COLUMNS[c] * lanes;
      for (; j + wide <= columns; j += wide) {
        panels.add(panel(j, c));
      }
    }
    if (j < columns) {
      panels.add(panel(columns - lanes, Tiles.COLUMNS.length - 1));
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
   * @param runs of rows: first, end, and whether the mask leaves them whole (1 or 0)
   */
  private record Panel(int from, int columns, int[] runs) {}

  private Panel panel(int from, int c) {
    int to = from + Tiles.COLUMNS[c] * VectorUnit.lanes();
    List<Integer> runs = new ArrayList<>();
    for (int r = 0; r < inner; ) {
      int start = r;
      int kind = covers(r, from, to);
      while (r < inner && covers(r, from, to) == kind && r - start < DEEP) {
        r++;
      }
      if (kind >= 0) {
        runs.addAll(List.of(start, r, kind));
      }
    }
    return new Panel(from, c, runs.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Whether a row's range has all of these columns (1), some of them (0), or none (−1). */
  private int covers(int row, int from, int to) {
    if (ranges.from()[row] <= from && ranges.to()[row] >= to) {
      return 1;
    }
    return ranges.from()[row] < to && ranges.to()[row] > from ? 0 : -1;
  }

  private void sum(Panel panel, double[] a, int ia, double[] b, int ib, double[] out, int to) {
    int[] runs = panel.runs();
    int wide = Tiles.COLUMNS[panel.columns()] * VectorUnit.lanes();
    int at = to + panel.from();
    if (runs.length == 0) {
      for (int i = 0; i < rows; i++) {
        Arrays.fill(out, at + i * columns, at + i * columns + wide, 0);
      }
    }
    Tiles.Kind kind = Tiles.Kind.OUTER;
    for (int p = 0; p < runs.length; p += 3) {
      int start = runs[p];
      int count = runs[p + 1] - start;
      int c = panel.columns();
      int left = ia + start * along;
      if (runs[p + 2] == 1) {
        int right = ib + start * columns + panel.from();
        Blocks.column(
            kind, c, a, left, step, along, rows, b, right, columns, count, out, at, columns);
      } else {
        copy(sizes, panel.from(), wide, start, count, b, ib, copy);
        Blocks.column(kind, c, a, left, step, along, rows, copy, 0, wide, count, out, at, columns);
      }
      kind = Tiles.Kind.OUTER_MORE;
    }
  }

  private static void copy(
      RangedSizes s, int from, int wide, int start, int count, double[] b, int ib, double[] to) {
    Arrays.fill(to, 0, count * wide, 0);
    for (int r = 0; r < count; r++) {
      int low = Math.max(from, s.ranges().from()[start + r]);
      int high = Math.min(from + wide, s.ranges().to()[start + r]);
      for (int c = low; c < high; c++) {
        to[r * wide + c - from] = b[ib + (start + r) * s.columns() + c];
      }
    }
  }

  /** Few columns: a copy of B with zeros in it. */
  private static MaskedProducts.Way copied(RangedSizes s) {
    double[] copy = new double[s.inner() * s.columns()];
    int n = s.columns();
    return (a, ia, b, ib, out, at) -> {
      copy(s, 0, n, 0, s.inner(), b, ib, copy);
      Blocks.outer(a, ia, s.step(), s.along(), s.rows(), copy, 0, n, n, s.inner(), out, at, n);
    };
  }

  private static MaskedProducts.Way added(RangedSizes s) {
    RowSums sums = new RowSums(s.rows(), s.columns());
    int n = s.columns();
    return (a, ia, b, ib, out, at) ->
        sums.run(
            a, ia, s.step(), s.along(), s.rows(), b, ib, n, n, s.inner(), s.ranges(), out, at, n);
  }
}
