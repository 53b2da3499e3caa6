package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Numbers above 0 by x = log(1 + e^u), which grows like u itself; log-determinant −log(1 + e^−u).
 */
public final class PositiveBySoftplus implements Support.Continuous {
  /** The only one. */
  public static final PositiveBySoftplus INSTANCE = new PositiveBySoftplus();

  private PositiveBySoftplus() {}

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
    return new Mapped(real.softplus(), real.negate().softplus().negate());
  }

  @Override
  public Tensor toReal(Tensor event) {
    // log(e^x − 1) = x + log(1 − e^−x)
    return event.plus(event.negate().expm1().negate().log());
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
