package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;

/** Vectors of whole numbers from 0 whose sum, if known, is given. */
public final class Counts implements Support.Discrete {
  private final double total;

  private Counts(double total) {
    this.total = total;
  }

  /** Vectors of whole numbers with this sum. */
  public static Counts withTotal(double total) {
    return new Counts(total);
  }

  /** Vectors of whole numbers with any sum. */
  public static Counts any() {
    return new Counts(Double.NaN);
  }

  @Override
  public boolean contains(double[] event, Shape shape) {
    int k = shape.dim(-1);
    for (int at = 0; at < event.length; at += k) {
      double sum = 0;
      for (int i = at; i < at + k; i++) {
        if (!(event[i] >= 0 && event[i] == Math.rint(event[i]))) {
          return false;
        }
        sum += event[i];
      }
      if (!(Double.isFinite(sum) && (Double.isNaN(total) || sum == total))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String name() {
    return "whole numbers from 0" + (Double.isNaN(total) ? "" : " that sum to " + (long) total);
  }
}
