package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/**
 * Vectors of increasing numbers.
 *
 * <p>x_1 = u_1, x_k = x_{k−1} + e^{u_k}; log-determinant Σ_{k≥2} u_k.
 */
public final class Ordered implements Support.Continuous {
  /** The only one. */
  public static final Ordered INSTANCE = new Ordered();

  private Ordered() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    int k = shape.dim(-1);
    for (int i = 0; i < event.length; i++) {
      if (!Double.isFinite(event[i]) || (i % k != 0 && !(event[i] > event[i - 1]))) {
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
    int k = real.shape().dim(-1);
    if (k == 1) {
      return new Mapped(real, real.sum(-1).times(0));
    }
    Tensor steps = real.slice(-1, 1, k);
    Tensor parts = Tensor.concat(List.of(real.slice(-1, 0, 1), steps.exp()), -1);
    return new Mapped(parts.cumulativeSum(-1), steps.sum(-1));
  }

  @Override
  public Tensor toReal(Tensor event) {
    int k = event.shape().dim(-1);
    if (k == 1) {
      return event;
    }
    Tensor steps = event.slice(-1, 1, k).minus(event.slice(-1, 0, k - 1));
    return Tensor.concat(List.of(event.slice(-1, 0, 1), steps.log()), -1);
  }

  @Override
  public Measure measure() {
    return Measure.LEBESGUE;
  }

  @Override
  public String name() {
    return "ordered";
  }
}
