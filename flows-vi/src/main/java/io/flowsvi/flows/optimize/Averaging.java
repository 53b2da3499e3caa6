package io.flowsvi.flows.optimize;

import io.flowsvi.ppl.tensor.PplException;

/**
 * Whether a fit reports its last iterate or a mean of iterates, which has less of their noise.
 *
 * <p>The mean x̄ follows the iterates by x̄ ← x̄ + w (x − x̄). Evaluations, the choice of the best
 * parameters and the posterior then use x̄; training itself goes on from x. Polyak and Juditsky
 * (1992).
 *
 * @param from the first step whose starting point enters the mean, counted from 0
 * @param decay at most this part of the old mean is kept: 1 for the plain mean of all iterates
 */
public record Averaging(long from, double decay) {
  /** Checks the values. */
  public Averaging {
    if (from < 0) {
      throw new PplException("Averaging: from must not be negative, got " + from + ".");
    }
    if (!(decay >= 0 && decay <= 1)) {
      throw new PplException("Averaging: decay must be in [0, 1], got " + decay + ".");
    }
  }

  /** No averaging: the last iterate. */
  public static Averaging none() {
    return new Averaging(Long.MAX_VALUE, 0);
  }

  /** The plain mean of all iterates from a step on. */
  public static Averaging uniform(long from) {
    return new Averaging(from, 1);
  }

  /** A mean that forgets: each iterate enters with 1 − decay, the first ones with more. */
  public static Averaging exponential(double decay) {
    return new Averaging(0, decay);
  }

  /** The weight of the newest iterate, the {@code count}-th of the mean, from 1. */
  public double weight(long count) {
    return Math.max(1.0 / count, 1 - decay);
  }
}
