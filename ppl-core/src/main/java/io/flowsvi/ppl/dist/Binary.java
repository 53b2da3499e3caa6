package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;

/** 0 or 1. */
public final class Binary implements Support.Discrete {
  /** The only one. */
  public static final Binary INSTANCE = new Binary();

  private Binary() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!(v == 0 || v == 1)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String name() {
    return "0 or 1";
  }
}
