package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/** Numbers below a bound, which may depend on other sites: x = high − e^u, log-determinant u. */
public final class UpperBounded implements Support.Continuous {
  private final Tensor high;

  private UpperBounded(Tensor high) {
    this.high = high;
  }

  /** Numbers below this bound. */
  public static UpperBounded of(Tensor high) {
    return new UpperBounded(high);
  }

  /** Numbers below this bound. */
  public static UpperBounded of(double high) {
    return of(Tensor.number(high));
  }

  Tensor high() {
    return high;
  }

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!(Double.isFinite(v) && !(high.isNumber() && v >= high.asNumber()))) {
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
    return new Mapped(high.minus(real.exp()), real);
  }

  @Override
  public Tensor toReal(Tensor event) {
    return high.minus(event).log();
  }

  @Override
  public Measure measure() {
    return Measure.LEBESGUE;
  }

  @Override
  public String name() {
    return "below " + (high.isNumber() ? String.valueOf(high.asNumber()) : "a bound");
  }
}
