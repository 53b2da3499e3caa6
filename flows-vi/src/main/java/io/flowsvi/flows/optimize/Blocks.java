package io.flowsvi.flows.optimize;

import java.util.Arrays;

/**
 * Stretches in which every number trains, so that update loops over them compile to vector
 * instructions, and no step makes an object: {@code for (int i = start(…, 0); i < size; i =
 * start(…, end))} with {@code end = end(…, i)}.
 */
final class Blocks {
  private static final int LENGTH = 4096;
  private static final boolean[] ALL = new boolean[LENGTH];

  static {
    Arrays.fill(ALL, true);
  }

  private Blocks() {}

  /** The first number from here on that trains; size if there is none. */
  static int start(boolean[] trained, int from, int size) {
    int start = from;
    while (start < size && !trained[start]) {
      start++;
    }
    return start;
  }

  /** The end of the stretch that starts here. */
  static int end(boolean[] trained, int start, int size) {
    int most = Math.min(size, start + LENGTH);
    int length = Arrays.mismatch(trained, start, most, ALL, 0, most - start);
    return length < 0 ? most : start + length;
  }
}
