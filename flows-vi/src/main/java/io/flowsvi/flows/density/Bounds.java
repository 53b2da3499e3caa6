package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.PplException;

/**
 * Data between two numbers, such as pixels: fitted as v = logit(p), p = a + (1 − 2a)(x − low)/(high
 * − low).
 *
 * <p>log dv/dx = log((1 − 2a)/(high − low)) − log p − log(1 − p). The margin a keeps v finite at
 * the bounds, where counted data often lie; p = 0 and 1 are a little outside of them, so that the
 * fitted density has a little mass there, too. Dinh, Sohl-Dickstein and Bengio (2017), section 4.1.
 *
 * @param low the smallest number
 * @param high the largest
 * @param margin a, in (0, ½)
 */
public record Bounds(double low, double high, double margin) {
  private static final double STANDARD_MARGIN = 0.05;

  /** Checks the numbers. */
  public Bounds {
    if (!(low < high) || Double.isInfinite(high - low)) {
      throw new PplException(
          "Bounds must be finite and in order, got " + low + " and " + high + ".");
    }
    if (!(margin > 0 && margin < 0.5)) {
      throw new PplException("Bounds need a margin in (0, 0.5), got " + margin + ".");
    }
  }

  /** Between these numbers, with the margin 0.05 of the paper. */
  public static Bounds of(double low, double high) {
    return new Bounds(low, high, STANDARD_MARGIN);
  }

  /** Where p is 0: the density's own lower end. */
  double lowest() {
    return low - margin * span();
  }

  /** Where p is 1. */
  double highest() {
    return high + margin * span();
  }

  private double span() {
    return (high - low) / (1 - 2 * margin);
  }

  /** v. Throws where x is not between the ends. */
  double unbounded(double x) {
    double p = (x - lowest()) / span();
    if (!(p > 0 && p < 1)) {
      throw new PplException(
          "The number "
              + x
              + " is not between the bounds "
              + low
              + " and "
              + high
              + ". Likely fix: bounds that hold all data, with the width of a cell if they are"
              + " counted.");
    }
    return Math.log(p) - Math.log1p(-p);
  }

  /** x. */
  double bounded(double v) {
    return lowest() + span() / (1 + Math.exp(-v));
  }

  /** log dv/dx at v. */
  double logSlope(double v) {
    return Math.abs(v) + 2 * Math.log1p(Math.exp(-Math.abs(v))) - Math.log(span());
  }
}
