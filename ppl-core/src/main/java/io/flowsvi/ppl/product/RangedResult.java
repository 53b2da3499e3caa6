package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.Width;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Products of whose result a range of each row is wanted; the rest is 0.
 *
 * <p>Some rows are made together, as far as the ranges of any of them reach.
 */
final class RangedResult implements Way {
  /** The rows of the result that are made together. */
  private static final int GROUP = Tiles.ROWS[0];

  private final Sizes sizes;
  private final Ranges ranges;
  private final Group[] groups;
  private final double[] scratch;

  /**
   * Some rows of the result, as far as the ranges of any of them reach.
   *
   * @param first the first row
   * @param from the first column
   */
  private record Group(Sizes sizes, RowProducts products, int first, int from) {}

  RangedResult(Sizes stored, Ranges ranges) {
    this.ranges = ranges;
    boolean far = stored.isFar();
    sizes = far ? Sizes.of(stored.rows(), stored.inner(), stored.columns()) : stored;
    scratch = new double[far ? stored.rows() * stored.inner() : 0];
    groups = groups();
  }

  private Group[] groups() {
    List<Group> groups = new ArrayList<>();
    int lanes = Width.DOUBLE.lanes();
    RowSums sums = new RowSums(GROUP, sizes.columns());
    for (int i = 0; i < sizes.rows(); i += GROUP) {
      int count = Math.min(GROUP, sizes.rows() - i);
      int from = ranges.first(i, count);
      int wide = ranges.end(i, count) - from;
      if (wide > 0) {
        // Whole vectors, as far as rows reach: what is too much becomes 0 again.
        wide = Math.min(sizes.columns() - from, (wide + lanes - 1) / lanes * lanes);
        Sizes part = sizes.part(count, sizes.inner(), wide);
        groups.add(new Group(part, new RowProducts(part, sums), i, from));
      }
    }
    return groups.toArray(Group[]::new);
  }

  @Override
  public void run(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    if (scratch.length > 0) {
      Transposition.of(a, ia, sizes.inner(), sizes.rows(), scratch);
      make(scratch, 0, b, ib, out, at);
    } else {
      make(a, ia, b, ib, out, at);
    }
  }

  private void make(double[] a, int ia, double[] b, int ib, double[] out, int at) {
    for (Group group : groups) {
      int left = ia + group.first() * sizes.step();
      int to = at + group.first() * sizes.wide() + group.from();
      group.products().run(a, left, b, ib + group.from(), out, to);
      clear(group, out, to);
    }
  }

  /** Sets what the ranges leave out to 0. */
  private void clear(Group group, double[] out, int at) {
    int wide = group.sizes().columns();
    for (int r = 0, to = at; r < group.sizes().rows(); r++, to += sizes.wide()) {
      int low = ranges.from()[group.first() + r] - group.from();
      int high = ranges.to()[group.first() + r] - group.from();
      Arrays.fill(out, to, to + Math.max(0, low), 0);
      Arrays.fill(out, to + Math.max(0, high), to + wide, 0);
    }
  }
}
