package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;

/** Parts at parameters in doubles, and the means of all that they compute. */
final class DoubleParts implements Errand {
  private double[][] results = {};
  private double[] values = {};
  private Seed parent = Seed.of(0);
  private long child;
  private int each;

  /** What the next parts are of: so many of so many particles each, with so many numbers. */
  void begin(int parts, int each, int numbers, double[] values, Seed parent, long child) {
    if (results.length != parts || results[0].length != numbers) {
      results = new double[parts][numbers];
    }
    this.values = values;
    this.parent = parent;
    this.child = child;
    this.each = each;
  }

  @Override
  public void run(Program hand, int part) {
    hand.run(values, parent, child, part * each);
    hand.outputs(results[part]);
  }

  /** Means over the parts, which are added in their order. */
  void mean(double[] to) {
    for (int from = 0; from < to.length; from += BLOCK) {
      int end = Math.min(to.length, from + BLOCK);
      Arrays.fill(to, from, end, 0);
      for (double[] part : results) {
        add(part, to, from, end);
      }
      divide(to, from, end, results.length);
    }
  }

  // Loops of their own: HotSpot makes vectors of them.

  private static void add(double[] part, double[] to, int from, int end) {
    for (int i = from; i < end; i++) {
      to[i] += part[i];
    }
  }

  private static void divide(double[] to, int from, int end, int parts) {
    for (int i = from; i < end; i++) {
      to[i] /= parts;
    }
  }
}
