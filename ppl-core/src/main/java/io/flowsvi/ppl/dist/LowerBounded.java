package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/** Numbers above a bound, which may depend on other sites: x = low + e^u, log-determinant u. */
public final class LowerBounded implements Support.Continuous {
  private final Tensor low;

  private LowerBounded(Tensor low) {
    this.low = low;
  }

  /** Numbers above this bound. */
  public static LowerBounded of(Tensor low) {
    return new LowerBounded(low);
  }

  /** Numbers above this bound. */
  public static LowerBounded of(double low) {
    return of(Tensor.number(low));
  }

  Tensor low() {
    return low;
  }

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!(Double.isFinite(v) && !(low.isNumber() && v <= low.asNumber()))) {
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
    return new Mapped(real.exp().plus(low), real);
  }

  @Override
  public Tensor toReal(Tensor event) {
    return event.minus(low).log();
  }

  @Override
  public Measure measure() {
    return Measure.LEBESGUE;
  }

  @Override
  public String name() {
    return "above " + (low.isNumber() ? String.valueOf(low.asNumber()) : "a bound");
  }
}
