package io.flowsvi.flows.optimize;

import java.util.Arrays;

/** What an {@link Optimizer} remembers of past gradients: two numbers per parameter. */
public final class Moments {
  private final double[] first;
  private final double[] second;
  private long updates;

  /** Nothing seen yet, for so many parameters. */
  public Moments(int size) {
    this(new double[size], new double[size], 0);
  }

  /** Means as they were after so many updates; the arrays are not copied. */
  public Moments(double[] first, double[] second, long updates) {
    this.first = first;
    this.second = second;
    this.updates = updates;
  }

  /** The live first moments. */
  public double[] first() {
    return first;
  }

  /** The live second moments. */
  public double[] second() {
    return second;
  }

  /** How many updates there were. */
  public long updates() {
    return updates;
  }

  /** Counts one update and returns its number, from 1. */
  public long count() {
    return ++updates;
  }

  /** A copy that later updates leave alone. */
  public Moments copy() {
    return new Moments(first.clone(), second.clone(), updates);
  }

  @Override
  public String toString() {
    return "Moments["
        + first.length
        + " parameters, "
        + updates
        + " updates]"
        + (first.length <= 4 ? Arrays.toString(first) : "");
  }
}
