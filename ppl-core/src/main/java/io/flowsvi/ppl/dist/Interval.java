package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Numbers between two bounds, which may depend on other sites.
 *
 * <p>x = low + (high − low)·sigmoid(u); log-determinant log(high − low) − softplus(u) −
 * softplus(−u). Where the sigmoid would round to 0 or 1 it stays one step inside, so that densities
 * with log x or log(1 − x) stay finite; there the log-determinant alone pulls back.
 */
public final class Interval implements Support.Continuous {
  private static final double BELOW_ONE = Math.nextDown(1.0);

  private final Tensor low;
  private final Tensor high;

  private Interval(Tensor low, Tensor high) {
    this.low = low;
    this.high = high;
  }

  /** Numbers between these bounds. */
  public static Interval of(Tensor low, Tensor high) {
    return new Interval(low, high);
  }

  /** Numbers between these bounds. */
  public static Interval of(double low, double high) {
    return of(Tensor.number(low), Tensor.number(high));
  }

  Tensor low() {
    return low;
  }

  Tensor high() {
    return high;
  }

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!(Double.isFinite(v)
          && !(low.isNumber() && v < low.asNumber())
          && !(high.isNumber() && v > high.asNumber()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Shape realShape(Shape event) {
    return event;
  }

  @Override
  public Shape eventShape(Shape real) {
    return real;
  }

  @Override
  public int eventRank() {
    return 0;
  }

  @Override
  public Mapped toEvent(Tensor real) {
    Tensor width = high.minus(low);
    Tensor slope = real.softplus().plus(real.negate().softplus());
    Tensor share = real.sigmoid().clamp(Double.MIN_NORMAL, BELOW_ONE);
    return new Mapped(share.times(width).plus(low), width.log().minus(slope));
  }

  @Override
  public Tensor toReal(Tensor event) {
    return event.minus(low).log().minus(high.minus(event).log());
  }

  @Override
  public Measure measure() {
    return Measure.LEBESGUE;
  }

  @Override
  public String name() {
    return "between "
        + (low.isNumber() ? String.valueOf(low.asNumber()) : "a bound")
        + " and "
        + (high.isNumber() ? String.valueOf(high.asNumber()) : "a bound");
  }
}
