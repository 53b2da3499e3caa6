package io.flowsvi.ppl.product;

import java.util.Arrays;

/**
 * An index cut into runs that rise by one or stay the same, as those that place the entries of a
 * triangle do: runs are copied and added as stretches.
 */
final class Runs {
  /** Shorter runs, in the mean, cost more than their elements one by one. */
  private static final int SHORTEST = 8;

  /** One after another: the first index, how many, and by how much each is above the last. */
  private final int[] runs;

  private final int count;

  private Runs(int[] runs, int count) {
    this.runs = runs;
    this.count = count;
  }

  static Runs of(int[] index) {
    int[] runs = new int[3 * index.length];
    int count = 0;
    for (int k = 0; k < index.length; count++) {
      int start = k;
      int step = k + 1 < index.length && index[k + 1] == index[k] ? 0 : 1;
      do {
        k++;
      } while (k < index.length && index[k] == index[k - 1] + step);
      runs[3 * count] = index[start];
      runs[3 * count + 1] = k - start;
      runs[3 * count + 2] = step;
    }
    return new Runs(Arrays.copyOf(runs, 3 * count), index.length);
  }

  /** Whether they are long enough to be used. */
  boolean pay() {
    return count >= SHORTEST * runs.length / 3;
  }

  /** Elements from a row of the source, in the order of the index. */
  void gather(double[] from, int first, double[] to, int start) {
    for (int r = 0, at = start; r < runs.length; at += runs[r + 1], r += 3) {
      int source = first + runs[r];
      if (runs[r + 2] == 1) {
        System.arraycopy(from, source, to, at, runs[r + 1]);
      } else {
        Arrays.fill(to, at, at + runs[r + 1], from[source]);
      }
    }
  }

  /** Adds elements, in the order of the index, to a row of the result. */
  void scatter(double[] from, int start, double[] to, int first) {
    for (int r = 0, at = start; r < runs.length; at += runs[r + 1], r += 3) {
      int target = first + runs[r];
      if (runs[r + 2] == 1) {
        for (int i = 0; i < runs[r + 1]; i++) {
          to[target + i] += from[at + i];
        }
      } else {
        to[target] += sum(from, at, at + runs[r + 1]);
      }
    }
  }

  /** Four sums side by side: one alone would wait for each addition. */
  private static double sum(double[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < to; i++) {
      a += x[i];
    }
    return a + b + (c + d);
  }
}
