package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;

/**
 * Parts at parameters in floats, which all of them read where they are: the gradient of the first
 * is written where that of all is to be, and those of the others are added there.
 */
final class FloatParts implements Errand {
  private float[][] gradients = {};
  private double[] losses = {};
  private float[] values = {};
  private Seed parent = Seed.of(0);
  private long child;
  private int each;
  private Object writer = this;

  /** What the next parts are of: so many of so many particles each. */
  void begin(Program program, int parts, int each, SingleMemory memory, Seed parent, long child) {
    this.values = memory.parameters();
    this.parent = parent;
    this.child = child;
    this.each = each;
    if (losses.length != parts || gradients[1].length != values.length) {
      gradients = new float[parts][];
      losses = new double[parts];
      for (int p = 1; p < parts; p++) {
        gradients[p] = new float[values.length];
      }
    } else if (writer != program) {
      // What is 0 in every run of a program is not written.
      for (int p = 1; p < parts; p++) {
        Arrays.fill(gradients[p], 0);
      }
    }
    writer = program;
    gradients[0] = memory.gradient(program);
  }

  @Override
  public void run(Program hand, int part) {
    hand.run(values, gradients[part], parent, child, part * each);
    losses[part] = hand.output(0)[0];
  }

  /** Makes the mean of all gradients of the first one; the mean of the losses. */
  double mean() {
    float[] to = gradients[0];
    float share = 1f / gradients.length;
    for (int from = 0; from < to.length; from += BLOCK) {
      int end = Math.min(to.length, from + BLOCK);
      for (int p = 1; p < gradients.length; p++) {
        add(gradients[p], to, from, end);
      }
      scale(to, from, end, share);
    }
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }

  // Loops of their own: HotSpot makes vectors of them.

  private static void add(float[] part, float[] to, int from, int end) {
    for (int i = from; i < end; i++) {
      to[i] += part[i];
    }
  }

  private static void scale(float[] to, int from, int end, float share) {
    for (int i = from; i < end; i++) {
      to[i] *= share;
    }
  }
}
