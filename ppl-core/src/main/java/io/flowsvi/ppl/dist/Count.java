package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;

/** Whole numbers from 0, up to a bound if there is one. */
public final class Count implements Support.Discrete {
  /** All whole numbers from 0. */
  public static final Count INSTANCE = new Count(Double.POSITIVE_INFINITY);

  private final double most;

  private Count(double most) {
    this.most = most;
  }

  /** Whole numbers from 0 to this one. */
  public static Count upTo(double most) {
    return new Count(most);
  }

  /** The largest value, infinite if there is none. */
  public double most() {
    return most;
  }

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!(v >= 0 && v == Math.rint(v) && v <= most && Double.isFinite(v))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String name() {
    return "a whole number from 0" + (Double.isInfinite(most) ? "" : " to " + (long) most);
  }
}
