package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import java.util.Arrays;

/**
 * Products of whose result a range of each row is wanted; the rest is 0.
 *
 * <p>Some rows are made together, as far as the ranges of any of them reach.
 */
final class RangedResult implements MaskedProducts.Way {
  /** The rows of the result that are made together. */
  private static final int GROUP = Tiles.ROWS[0];

  private final int rows;
  private final int inner;
  private final int columns;
  private final int step;
  private final int along;
  private final Ranges ranges;
  private final double[] scratch;
  private final RowProducts products;

  RangedResult(RangedSizes sizes) {
    rows = sizes.rows();
    inner = sizes.inner();
    columns = sizes.columns();
    step = sizes.step();
    along = sizes.along();
    ranges = sizes.ranges();
    scratch = new double[sizes.isFar() ? rows * inner : 0];
    products = new RowProducts(rows, columns);
  }

  @Override
  public void run(double[] a, int ia, double[] b, int ib, double[] out, int to) {
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
      products.run(left, start, by, on, count, b, right, columns, wide, inner, out, at, columns);
      for (int r = i; r < i + count; r++, at += columns) {
        Arrays.fill(out, at, at + Math.max(0, ranges.from()[r] - first), 0);
        Arrays.fill(out, at + Math.max(0, ranges.to()[r] - first), at + wide, 0);
      }
    }
  }
}
