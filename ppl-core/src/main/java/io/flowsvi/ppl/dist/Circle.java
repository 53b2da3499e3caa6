package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/**
 * Angles in (−π, π].
 *
 * <p>Two reals (a, b) give the angle atan2(b, a); their length r is a nuisance with the normalised
 * density r·e^{−r²/2}, so that the log-determinant is −½(a² + b²): a uniform angle has standard
 * normal reals. One preimage is (cos, sin).
 */
public final class Circle implements Support.Continuous {
  /** The only one. */
  public static final Circle INSTANCE = new Circle();

  private Circle() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!(Math.abs(v) <= Math.PI + 1e-12)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Shape realShape(Shape event) {
    return event.append(2);
  }

  @Override
  public Shape eventShape(Shape real) {
    return real.leading(-1);
  }

  @Override
  public int eventRank() {
    return 0;
  }

  @Override
  public Mapped toEvent(Tensor real) {
    Tensor angle = real.at(-1, 1).atan2(real.at(-1, 0));
    return new Mapped(angle, real.square().sum(-1).times(-0.5));
  }

  @Override
  public Tensor toReal(Tensor event) {
    return Tensor.stack(List.of(event.cos(), event.sin()), -1);
  }

  @Override
  public Measure measure() {
    return Measure.LEBESGUE;
  }

  @Override
  public String name() {
    return "circle";
  }
}
