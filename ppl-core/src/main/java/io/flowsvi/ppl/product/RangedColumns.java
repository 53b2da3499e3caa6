package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;

/**
 * Products of a B that is stored by columns, of each of which a range counts.
 *
 * <p>For few rows of A they are dot products of what two columns share, and the numbers beyond are
 * added one by one; for more of them B is laid out by rows first.
 */
final class RangedColumns implements MaskedProducts.Way {
  /** So many numbers of two columns may be left over where both are multiplied together. */
  private static final int NEAR = 8;

  /** With more rows of A another layout of B pays. */
  private static final int FEW = 24;

  private static final int FEW_WITH_VECTORS = 7;

  /** Columns that share bounds where rows of a result are loops of single numbers. */
  private static final int WIDE = 32;

  private final int rows;
  private final int inner;
  private final int columns;
  private final int step;
  private final int along;
  private final Ranges ranges;
  private final double[] turned;
  private final int wide;
  private final RowProducts products;

  RangedColumns(RangedSizes sizes) {
    rows = sizes.rows();
    inner = sizes.inner();
    columns = sizes.columns();
    step = sizes.step();
    along = sizes.along();
    ranges = sizes.ranges();
    boolean turns = rows > (VectorUnit.isPresent() ? FEW_WITH_VECTORS : FEW);
    turned = new double[turns ? inner * columns : 0];
    wide = VectorUnit.isPresent() ? 2 * VectorUnit.lanes() : WIDE;
    products = new RowProducts(rows, columns);
  }

  @Override
  public void run(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (turned.length > 0) {
      sums(a, ia, b, ib, out, at);
    } else {
      dots(a, ia, b, ib, out, at);
    }
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
  private void sums(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    turn(b, ib, turned);
    for (int j = 0; j < columns; j += wide) {
      int count = Math.min(wide, columns - j);
      int from = ranges.first(j, count);
      int deep = Math.max(0, ranges.end(j, count) - from);
      int left = ia + from * along;
      int right = from * columns + j;
      products.run(
          a, left, step, along, rows, turned, right, columns, count, deep, out, at + j, columns);
    }
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
}
