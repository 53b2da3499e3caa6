package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/** All real numbers: the identity, log-determinant 0. */
public final class Real implements Support.Continuous {
  /** The only one. */
  public static final Real INSTANCE = new Real();

  private Real() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!(Double.isFinite(v))) {
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
    return new Mapped(real, Tensor.number(0));
  }

  @Override
  public Tensor toReal(Tensor event) {
    return event;
  }

  @Override
  public Measure measure() {
    return Measure.LEBESGUE;
  }

  @Override
  public String name() {
    return "real";
  }
}
