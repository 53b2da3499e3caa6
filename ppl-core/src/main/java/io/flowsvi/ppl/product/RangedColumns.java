package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import io.flowsvi.ppl.vector.Width;
import java.util.ArrayList;
import java.util.List;

/**
 * Products of many rows and of a B that is stored by columns, of each of which a range counts: some
 * columns of B at a time are laid out by rows, with zeros outside of their ranges.
 */
final class RangedColumns implements Way {
  /** With fewer rows of A another layout of B does not pay. */
  private static final int FEW = 24;

  private static final int FEW_WITH_VECTORS = 7;

  /** Columns that share bounds where rows of a result are loops of single numbers. */
  private static final int WIDE = 32;

  private final Sizes sizes;
  private final Ranges ranges;
  private final double[] turned;
  private final Part[] parts;

  /**
   * Some columns of B, as far as any of them reaches.
   *
   * @param first the first column
   * @param count how many
   * @param from the first number that any of them has
   */
  private record Part(RowProducts products, int first, int count, int from) {}

  private RangedColumns(Sizes sizes, Ranges ranges) {
    this.sizes = sizes;
    this.ranges = ranges;
    turned = new double[sizes.inner() * sizes.columns()];
    parts = parts();
  }

  /** The way for these sizes in this JVM. */
  static Way of(Sizes sizes, Ranges ranges) {
    boolean many = sizes.rows() > (VectorUnit.isPresent() ? FEW_WITH_VECTORS : FEW);
    return many ? new RangedColumns(sizes, ranges) : new RangedDots(sizes, ranges);
  }

  private Part[] parts() {
    List<Part> parts = new ArrayList<>();
    int wide = VectorUnit.isPresent() ? Tiles.width(0) : WIDE;
    // A few columns at the end go with those before them: alone they are less than a vector.
    int fewest = VectorUnit.isPresent() ? Width.DOUBLE.lanes() : 0;
    RowSums sums = new RowSums(sizes.rows(), wide);
    for (int j = 0, count; j < sizes.columns(); j += count) {
      int left = sizes.columns() - j;
      count = left < wide + fewest ? left : wide;
      int from = ranges.first(j, count);
      int deep = Math.max(0, ranges.end(j, count) - from);
      Sizes part = sizes.part(sizes.rows(), deep, count).withDown(count);
      parts.add(new Part(new RowProducts(part, sums), j, count, from));
    }
    return parts.toArray(Part[]::new);
  }

  @Override
  public void run(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    for (Part part : parts) {
      int start = part.first() * sizes.inner();
      for (int c = 0; c < part.count(); c += 4) {
        turn(b, ib, part.first() + c, Math.min(4, part.count() - c), start + c, part.count());
      }
      int left = ia + part.from() * sizes.along();
      int right = start + part.from() * part.count();
      part.products().run(a, left, turned, right, out, at + part.first());
    }
  }

  /** Up to four columns: together where all have numbers, one by one beyond. */
  private void turn(double[] b, int ib, int first, int count, int to, int width) {
    int inner = sizes.inner();
    int low = 0;
    int high = count == 4 ? inner : 0;
    for (int c = first; c < first + count; c++) {
      low = Math.max(low, ranges.from()[c]);
      high = Math.min(high, ranges.to()[c]);
    }
    high = Math.max(low, high);
    if (count == 4) {
      Transposition.four(b, ib + first * inner, inner, low, high, turned, to, width);
    }
    for (int c = first; c < first + count; c++) {
      int row = ib + c * inner;
      int at = to + c - first;
      int end = ranges.to()[c];
      Transposition.one(b, row, ranges.from()[c], Math.min(low, end), turned, at, width);
      Transposition.one(b, row, Math.max(high, ranges.from()[c]), end, turned, at, width);
    }
  }
}
