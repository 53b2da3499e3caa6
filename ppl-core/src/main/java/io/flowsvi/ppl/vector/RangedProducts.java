package io.flowsvi.ppl.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Products AB that leave out what lies outside of a range of each row of B, of Bᵀ, or of the
 * result.
 *
 * <p>All is made of {@link Blocks} between bounds that some rows share; the numbers of single rows
 * beyond them are added one by one, or come from a small copy with zeros in it.
 */
final class RangedProducts {
  /** So many numbers of two rows may be left over where both are multiplied together. */
  private static final int NEAR = 8;

  /** With more rows of A another layout of B pays, as in {@link Products}. */
  private static final int FEW = 7;

  /** The rows of the result that are made together. */
  private static final int GROUP = Tiles.ROWS[0];

  /** So many rows of B stay in the cache while all of A passes. */
  private static final int DEEP = 128;

  /** Columns that share bounds where rows of a result are loops of single numbers. */
  private static final int WIDE = 32;

  /** Longer columns of A are laid out as rows: their numbers are pages apart. */
  private static final int LONG = 64;

  private final int rows;
  private final int inner;
  private final int columns;
  private final int step;
  private final int along;
  private final Ranges ranges;
  private final double[] scratch;
  private final RowSums rowSums;

  /** Of the sizes [rows, inner] and [inner, columns]; the ranges are those of the ways below. */
  RangedProducts(int rows, int inner, int columns, boolean turnedA, Ranges ranges) {
    this.rows = rows;
    this.inner = inner;
    this.columns = columns;
    this.step = turnedA ? 1 : inner;
    this.along = turnedA ? rows : 1;
    this.ranges = ranges;
    boolean far = turnedA && inner >= LONG && columns >= LONG / 2;
    this.scratch = new double[far ? rows * inner : 0];
    this.rowSums = new RowSums(rows, columns);
  }

  // ---- ranges of the rows of the result

  void result(double[] a, int ia, double[] b, int ib, double[] out, int to) {
    double[] left = a;
    int from = ia;
    int by = step;
    int on = along;
    if (scratch.length > 0) {
      Products.transpose(a, ia, inner, rows, scratch);
      left = scratch;
      from = 0;
      by = inner;
      on = 1;
    }
    int lanes = VectorUnit.lanes();
    for (int i = 0; i < rows; i += GROUP) {
      int count = Math.min(GROUP, rows - i);
      int first = ranges.first(i, count);
      int wide = ranges.end(i, count) - first;
      if (wide <= 0) {
        continue;
      }
      // Whole vectors, as far as rows reach: what is too much becomes 0 again.
      wide = Math.min(columns - first, (wide + lanes - 1) / lanes * lanes);
      int start = from + i * by;
      int right = ib + first;
      int at = to + i * columns + first;
      outer(left, start, by, on, count, b, right, columns, wide, inner, out, at);
      for (int r = i; r < i + count; r++, at += columns) {
        Arrays.fill(out, at, at + Math.max(0, ranges.from()[r] - first), 0);
        Arrays.fill(out, at + Math.max(0, ranges.to()[r] - first), at + wide, 0);
      }
    }
  }

  private void outer(
      double[] a,
      int ia,
      int by,
      int on,
      int count,
      double[] b,
      int ib,
      int width,
      int wide,
      int deep,
      double[] out,
      int at) {
    if (RowSums.pay(wide)) {
      rowSums.run(a, ia, by, on, count, b, ib, width, wide, deep, out, at, columns);
    } else {
      Blocks.outer(a, ia, by, on, count, b, ib, width, wide, deep, out, at, columns);
    }
  }

  // ---- ranges of the rows of the array of B, each of which is a column of B

  MaskedProducts.Way dots() {
    return rows > FEW ? turned() : this::dots;
  }

  private void dots(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    for (int j = 0; j < columns; ) {
      int from = ranges.from()[j];
      int to = ranges.to()[j];
      int count = 1;
      if (j + 1 < columns) {
        int low = Math.max(from, ranges.from()[j + 1]);
        int high = Math.min(to, ranges.to()[j + 1]);
        int all = to - from + ranges.to()[j + 1] - ranges.from()[j + 1];
        if (low < high && all - 2 * (high - low) <= NEAR) {
          from = low;
          to = high;
          count = 2;
        }
      }
      int left = ia + from * along;
      int right = ib + j * inner + from;
      int deep = to - from;
      Blocks.dots(a, left, step, along, rows, b, right, inner, count, deep, out, at + j, columns);
      for (int c = j; c < j + count; c++) {
        int row = ib + c * inner;
        addDots(a, ia, b, row, ranges.from()[c], from, out, at + c);
        addDots(a, ia, b, row, to, ranges.to()[c], out, at + c);
      }
      j += count;
    }
  }

  private void addDots(
      double[] a, int ia, double[] b, int ib, int from, int to, double[] out, int at) {
    if (from >= to) {
      return;
    }
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int k = from; k < to; k++) {
        sum += a[ia + i * step + k * along] * b[ib + k];
      }
      out[at + i * columns] += sum;
    }
  }

  /** Columns of B side by side, with zeros outside of their ranges. */
  private MaskedProducts.Way turned() {
    double[] turned = new double[inner * columns];
    int wide = VectorUnit.isPresent() ? 2 * VectorUnit.lanes() : WIDE;
    return (a, ia, b, ib, out, at) -> {
      turn(b, ib, turned);
      for (int j = 0; j < columns; j += wide) {
        int count = Math.min(wide, columns - j);
        int from = ranges.first(j, count);
        int deep = Math.max(0, ranges.end(j, count) - from);
        int left = ia + from * along;
        int right = from * columns + j;
        outer(a, left, step, along, rows, turned, right, columns, count, deep, out, at + j);
      }
    };
  }

  /** Four rows at a time where all have numbers, one by one beyond. */
  private void turn(double[] b, int ib, double[] to) {
    for (int j = 0; j < columns; j += 4) {
      int count = Math.min(4, columns - j);
      int low = 0;
      int high = count == 4 ? inner : 0;
      for (int c = j; c < j + count; c++) {
        low = Math.max(low, ranges.from()[c]);
        high = Math.min(high, ranges.to()[c]);
      }
      high = Math.max(low, high);
      if (count == 4) {
        Products.four(b, ib + j * inner, inner, low, high, to, j, columns);
      }
      for (int c = j; c < j + count; c++) {
        int row = ib + c * inner;
        Products.one(b, row, ranges.from()[c], Math.min(low, ranges.to()[c]), to, c, columns);
        Products.one(b, row, Math.max(high, ranges.from()[c]), ranges.to()[c], to, c, columns);
      }
    }
  }

  // ---- ranges of the rows of B

  MaskedProducts.Way sums() {
    int lanes = VectorUnit.lanes();
    if (RowSums.pay(columns)) {
      return this::addRows;
    }
    if (!VectorUnit.isPresent() || columns < lanes) {
      return copied();
    }
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
    double[] copy = new double[DEEP * Tiles.COLUMNS[0] * lanes];
    Panel[] all = panels.toArray(Panel[]::new);
    return (a, ia, b, ib, out, at) -> {
      for (Panel panel : all) {
        sum(panel, a, ia, b, ib, copy, out, at);
      }
    };
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

  private void sum(
      Panel panel, double[] a, int ia, double[] b, int ib, double[] copy, double[] out, int to) {
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
        copy(panel.from(), wide, start, count, b, ib, copy);
        Blocks.column(kind, c, a, left, step, along, rows, copy, 0, wide, count, out, at, columns);
      }
      kind = Tiles.Kind.OUTER_MORE;
    }
  }

  private void copy(int from, int wide, int start, int count, double[] b, int ib, double[] to) {
    Arrays.fill(to, 0, count * wide, 0);
    for (int r = 0; r < count; r++) {
      int low = Math.max(from, ranges.from()[start + r]);
      int high = Math.min(from + wide, ranges.to()[start + r]);
      for (int c = low; c < high; c++) {
        to[r * wide + c - from] = b[ib + (start + r) * columns + c];
      }
    }
  }

  /** Few columns: a copy of B with zeros in it. */
  private MaskedProducts.Way copied() {
    double[] copy = new double[inner * columns];
    return (a, ia, b, ib, out, at) -> {
      copy(0, columns, 0, inner, b, ib, copy);
      Blocks.outer(a, ia, step, along, rows, copy, 0, columns, columns, inner, out, at, columns);
    };
  }

  private void addRows(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    rowSums.run(a, ia, step, along, rows, b, ib, columns, columns, inner, ranges, out, at, columns);
  }
}
