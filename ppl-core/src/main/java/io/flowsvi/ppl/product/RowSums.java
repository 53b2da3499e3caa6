package io.flowsvi.ppl.product;

import io.flowsvi.ppl.vector.VectorUnit;
import java.util.Arrays;

/**
 * Products in plain Java whose rows are long enough for loops that HotSpot makes vectors of: rows
 * of B, times numbers of A, added up.
 *
 * <p>HotSpot does so only where all arrays of a loop are indexed alike, whence rows of B and of the
 * result are copied, four and sixteen at a time: five times as many products in the same time.
 */
final class RowSums {
  /** Shorter rows are left to tiles of single numbers. */
  private static final int SHORTEST = 16;

  /** So many columns of all copies fit the first cache. */
  private static final int PANEL = 128;

  private static final int ROWS = 16;

  private static final Ranges WHOLE = Ranges.none();

  private final double[][] factors = new double[4][];
  private final double[][] sums;

  /** Scratch space for results of a size. */
  RowSums(int rows, int columns) {
    int width = pay(columns) ? Math.min(PANEL, columns) : 0;
    this.sums = new double[Math.max(1, Math.min(ROWS, rows))][width];
    Arrays.setAll(factors, i -> new double[width]);
  }

  /** Whether rows of a result are made so. */
  static boolean pay(int columns) {
    return !VectorUnit.isPresent() && columns >= SHORTEST;
  }

  /** Row i of the result: Σ over k of A(i, k) times row k of B. */
  void run(Sizes s, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    run(s, WHOLE, a, ia, b, ib, out, at);
  }

  /** The same where only a range of each row of B counts; none given means whole rows. */
  void run(Sizes s, Ranges ranges, double[] a, int ia, double[] b, int ib, double[] out, int at) {
    int panel = sums[0].length;
    for (int i = 0; i < s.rows(); i += sums.length) {
      int count = Math.min(sums.length, s.rows() - i);
      for (int j = 0; j < s.columns(); j += panel) {
        int columns = Math.min(panel, s.columns() - j);
        for (int r = 0; r < count; r++) {
          Arrays.fill(sums[r], 0, columns, 0);
        }
        add(s, count, ranges, a, ia + i * s.step(), b, ib, j, columns);
        for (int r = 0; r < count; r++) {
          System.arraycopy(sums[r], 0, out, at + (i + r) * s.wide() + j, columns);
        }
      }
    }
  }

  /** Some rows and n columns of the result. */
  private void add(
      Sizes s, int rows, Ranges ranges, double[] a, int ia, double[] b, int ib, int first, int n) {
    int along = s.along();
    boolean whole = ranges.from().length == 0;
    for (int k = 0; k < s.inner(); k += 4) {
      int four = Math.min(4, s.inner() - k);
      int from = whole ? 0 : Math.max(0, ranges.first(k, four) - first);
      int to = whole ? n : Math.min(n, ranges.end(k, four) - first);
      if (from >= to) {
        continue;
      }
      for (int r = 0; r < four; r++) {
        int low = whole ? 0 : Math.min(to, Math.max(from, ranges.from()[k + r] - first));
        int high = whole ? n : Math.max(low, Math.min(to, ranges.to()[k + r] - first));
        Arrays.fill(factors[r], from, low, 0);
        System.arraycopy(b, ib + (k + r) * s.down() + first + low, factors[r], low, high - low);
        Arrays.fill(factors[r], high, to, 0);
      }
      for (int i = 0; i < rows; i++) {
        int p = ia + i * s.step() + k * along;
        if (four == 4) {
          four(a[p], a[p + along], a[p + 2 * along], a[p + 3 * along], sums[i], from, to);
        } else {
          for (int r = 0; r < four; r++) {
            one(a[p + r * along], factors[r], sums[i], from, to);
          }
        }
      }
    }
  }

  private void four(double f0, double f1, double f2, double f3, double[] sum, int from, int to) {
    four(f0, f1, f2, f3, factors[0], factors[1], factors[2], factors[3], sum, from, to);
  }

  private static void four(
      double f0,
      double f1,
      double f2,
      double f3,
      double[] b0,
      double[] b1,
      double[] b2,
      double[] b3,
      double[] sum,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      sum[j] += f0 * b0[j] + f1 * b1[j] + (f2 * b2[j] + f3 * b3[j]);
    }
  }

  private static void one(double factor, double[] b, double[] sum, int from, int to) {
    for (int j = from; j < to; j++) {
      sum[j] += factor * b[j];
    }
  }
}
