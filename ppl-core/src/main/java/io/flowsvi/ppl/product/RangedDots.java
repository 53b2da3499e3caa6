package io.flowsvi.ppl.product;

import java.util.ArrayList;
import java.util.List;

/**
 * Products of a few rows and of a B that is stored by columns, of each of which a range counts: dot
 * products of what two columns share, and the numbers beyond added one by one.
 */
final class RangedDots implements Way {
  /** So many numbers of two columns may be left over where both are multiplied together. */
  private static final int NEAR = 8;

  private final Sizes sizes;
  private final Ranges ranges;
  private final Part[] parts;

  /**
   * Some columns of B, as far as they share numbers.
   *
   * @param first the first column
   * @param from the first number of each
   */
  private record Part(Sizes sizes, int first, int from) {}

  RangedDots(Sizes sizes, Ranges ranges) {
    this.sizes = sizes;
    this.ranges = ranges;
    parts = pairs();
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
}
