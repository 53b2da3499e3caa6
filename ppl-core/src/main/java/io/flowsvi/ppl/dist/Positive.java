package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/** Numbers above 0: x = e^u, log-determinant u. */
public final class Positive implements Support.Continuous {
  /** The only one. */
  public static final Positive INSTANCE = new Positive();

  private Positive() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!(v > 0 && Double.isFinite(v))) {
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
    return new Mapped(real.exp(), real);
  }

  @Override
  public Tensor toReal(Tensor event) {
    return event.log();
  }

  @Override
  public Measure measure() {
    return Measure.LEBESGUE;
  }

  @Override
  public String name() {
    return "positive";
  }
}
