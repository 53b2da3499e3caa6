package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Products of a B that is stored by columns, of each of which a range counts.
 *
 * <p>For few rows of A they are dot products of what two columns share, and the numbers beyond are
 * added one by one; for more of them B is laid out by rows first.
 */
final class RangedColumns implements Way {
  /** So many numbers of two columns may be left over where both are multiplied together. */
  private static final int NEAR = 8;

  /** With more rows of A another layout of B pays. */
  private static final int FEW = 24;

  private static final int FEW_WITH_VECTORS = 7;

  /** Columns that share bounds where rows of a result are loops of single numbers. */
  private static final int WIDE = 32;

  private final Sizes sizes;
  private final Ranges ranges;
  private final double[] turned;
  private final Part[] parts;
  private final RowProducts products;

  /**
   * Some columns of B, as far as they share numbers.
   *
   * @param first the first column
   * @param from the first number of each
   */
  private record Part(Sizes sizes, int first, int from) {}

  RangedColumns(Sizes sizes, Ranges ranges) {
    this.sizes = sizes;
    this.ranges = ranges;
    boolean turns = sizes.rows() > (VectorUnit.isPresent() ? FEW_WITH_VECTORS : FEW);
    turned = new double[turns ? sizes.inner() * sizes.columns() : 0];
    products = new RowProducts(sizes.rows(), sizes.columns());
    parts = turns ? panels() : pairs();
  }

  /** Columns side by side, with zeros outside of their ranges. */
  private Part[] panels() {
    List<Part> panels = new ArrayList<>();
    Sizes plain = Sizes.of(sizes.rows(), sizes.inner(), sizes.columns());
    Sizes laid = sizes.along() == 1 ? plain : plain.turnedA();
    int wide = VectorUnit.isPresent() ? 2 * VectorUnit.lanes() : WIDE;
    for (int j = 0; j < sizes.columns(); j += wide) {
      int count = Math.min(wide, sizes.columns() - j);
      int from = ranges.first(j, count);
      int deep = Math.max(0, ranges.end(j, count) - from);
      panels.add(new Part(laid.part(sizes.rows(), deep, count), j, from));
    }
    return panels.toArray(Part[]::new);
  }

  /** What two columns share, where that is most of them, or one. */
  private Part[] pairs() {
    List<Part> pairs = new ArrayList<>();
    for (int j = 0; j < sizes.columns(); ) {
      int from = ranges.from()[j];
      int to = ranges.to()[j];
      int count = 1;
      if (j + 1 < sizes.columns()) {
        int low = Math.max(from, ranges.from()[j + 1]);
        int high = Math.min(to, ranges.to()[j + 1]);
        int all = to - from + ranges.to()[j + 1] - ranges.from()[j + 1];
        if (low < high && all - 2 * (high - low) <= NEAR) {
          from = low;
          to = high;
          count = 2;
        }
      }
      pairs.add(new Part(sizes.part(sizes.rows(), to - from, count), j, from));
      j += count;
    }
    return pairs.toArray(Part[]::new);
  }

  @Override
  public void run(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (turned.length > 0) {
      turn(b, ib, turned);
      for (Part part : parts) {
        int left = ia + part.from() * sizes.along();
        int right = part.from() * sizes.columns() + part.first();
        products.run(part.sizes(), a, left, turned, right, out, at + part.first());
      }
      return;
    }
    for (Part part : parts) {
      int left = ia + part.from() * sizes.along();
      int right = ib + part.first() * sizes.inner() + part.from();
      Blocks.dots(part.sizes(), a, left, b, right, out, at + part.first());
      addRest(part, a, ia, b, ib, out, at);
    }
  }

  /** Adds what the columns of a part do not share. */
  private void addRest(Part part, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    int to = part.from() + part.sizes().inner();
    for (int c = part.first(); c < part.first() + part.sizes().columns(); c++) {
      int row = ib + c * sizes.inner();
      addDots(a, ia, b, row, ranges.from()[c], part.from(), out, at + c);
      addDots(a, ia, b, row, to, ranges.to()[c], out, at + c);
    }
  }

  private void addDots(
      double[] a, int ia, double[] b, int ib, int from, int to, double[] out, int at) {
    if (from >= to) {
      return;
    }
    for (int i = 0; i < sizes.rows(); i++) {
      double sum = 0;
      for (int k = from; k < to; k++) {
        sum += a[ia + i * sizes.step() + k * sizes.along()] * b[ib + k];
      }
      out[at + i * sizes.wide()] += sum;
    }
  }

  /** Four rows at a time where all have numbers, one by one beyond. */
  private void turn(double[] b, int ib, double[] to) {
    int inner = sizes.inner();
    int columns = sizes.columns();
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
