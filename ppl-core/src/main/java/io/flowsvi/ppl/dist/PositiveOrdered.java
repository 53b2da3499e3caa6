package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/**
 * Vectors of increasing positive numbers.
 *
 * <p>x_1 = e^{u_1}, x_k = x_{k−1} + e^{u_k}; log-determinant Σ u_k.
 */
public final class PositiveOrdered implements Support.Continuous {
  /** The only one. */
  public static final PositiveOrdered INSTANCE = new PositiveOrdered();

  private PositiveOrdered() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    int k = shape.dim(-1);
    for (int i = 0; i < event.length; i++) {
      if (!Double.isFinite(event[i])
          || !(event[i] > 0)
          || (i % k != 0 && !(event[i] > event[i - 1]))) {
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
    return 1;
  }

  @Override
  public Mapped toEvent(Tensor real) {
    return new Mapped(real.exp().cumulativeSum(-1), real.sum(-1));
  }

  @Override
  public Tensor toReal(Tensor event) {
    int k = event.shape().dim(-1);
    if (k == 1) {
      return event.log();
    }
    Tensor steps = event.slice(-1, 1, k).minus(event.slice(-1, 0, k - 1));
    return Tensor.concat(List.of(event.slice(-1, 0, 1), steps), -1).log();
  }

  @Override
  public Measure measure() {
    return Measure.LEBESGUE;
  }

  @Override
  public String name() {
    return "positive ordered";
  }
}
