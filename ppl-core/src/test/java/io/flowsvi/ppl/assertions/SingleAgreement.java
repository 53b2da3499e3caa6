package io.flowsvi.ppl.assertions;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.compile.Program;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The contract of code in single precision: the numbers of code in double precision, but for some
 * roundings, and for what roundings of the inputs do to the outputs.
 */
final class SingleAgreement {
  /** Half a unit of the last place of a float. */
  private static final double ROUNDING = 0x1p-24;

  /** So many roundings of an output are allowed, relative to the largest of its like. */
  private static final double ROUNDINGS = 256;

  /** So many times what one rounding of all inputs did, in the worst of some trials. */
  private static final double INPUTS = 64;

  private static final int TRIALS = 6;
  private static final Seed NOISE = Seed.of(29).fold("single");

  private SingleAgreement() {}

  /**
   * Runs a recording both ways at parameters that are floats: values, and behind them a gradient.
   */
  static void holds(Recording recording, double[] values) {
    double[] at = new double[values.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = (float) values[i];
    }
    Program whole = new Program(recording);
    Program single = new Program(recording, Precision.FLOAT32);
    double[] expected = outputs(whole, at);
    double[] moved = new double[expected.length];
    UniformRandomProvider random = Seed.of(3).generator();
    for (int trial = 0; trial < TRIALS; trial++) {
      double[] near = at.clone();
      for (int i = 0; i < near.length; i++) {
        near[i] *= 1 + (2 * random.nextDouble() - 1) * 2 * ROUNDING;
      }
      double[] there = outputs(whole, near);
      for (int i = 0; i < moved.length; i++) {
        moved[i] = Math.max(moved[i], Math.abs(there[i] - expected[i]));
      }
    }
    double[] got = outputs(single, at);
    int count = whole.graph().outputs().get(0).shape().size();
    close("value", got, expected, moved, 0, count);
    close("gradient", got, expected, moved, count, got.length);
  }

  /** The values, or all numbers of the gradient. */
  private static void close(
      String what, double[] got, double[] expected, double[] moved, int from, int to) {
    double size = 0;
    double stirred = 0;
    for (int i = from; i < to; i++) {
      size = Double.isFinite(expected[i]) ? Math.max(size, Math.abs(expected[i])) : size;
      stirred = Double.isFinite(moved[i]) ? Math.max(stirred, moved[i]) : stirred;
    }
    double tolerance = ROUNDINGS * ROUNDING * size + INPUTS * stirred + Float.MIN_NORMAL;
    for (int i = from; i < to; i++) {
      close(what + " " + (i - from), got[i], expected[i], tolerance);
    }
  }

  private static double[] outputs(Program program, double[] values) {
    double[] all = new double[program.size()];
    program.run(values, NOISE);
    program.outputs(all);
    return all;
  }

  private static void close(String what, double got, double expected, double tolerance) {
    if (!Double.isFinite(expected) || Math.abs(expected) > Float.MAX_VALUE) {
      assertThat(Double.isFinite(got)).as("%s: %s, expected %s", what, got, expected).isFalse();
    } else {
      assertThat(Math.abs(got - expected))
          .as("%s in single precision: %s, expected %s, within %s", what, got, expected, tolerance)
          .isLessThanOrEqualTo(tolerance);
    }
  }
}
