package io.flowsvi.flows.optimize;

import java.util.Arrays;

/**
 * Runs update loops over stretches in which every number trains, so that they compile to vector
 * instructions; others go one by one.
 */
final class Blocks {
  private static final int LENGTH = 4096;
  private static final boolean[] ALL = new boolean[LENGTH];

  static {
    Arrays.fill(ALL, true);
  }

  /** A stretch of numbers. */
  interface Stretch {
    void run(int from, int to);
  }

  private Blocks() {}

  /** Calls for every stretch that trains, in order. */
  static void each(boolean[] trained, int size, Stretch body) {
    for (int from = 0; from < size; from += LENGTH) {
      int to = Math.min(size, from + LENGTH);
      if (Arrays.equals(trained, from, to, ALL, 0, to - from)) {
        body.run(from, to);
      } else {
        for (int i = from; i < to; i++) {
          if (trained[i]) {
            body.run(i, i + 1);
          }
        }
      }
    }
  }
}
