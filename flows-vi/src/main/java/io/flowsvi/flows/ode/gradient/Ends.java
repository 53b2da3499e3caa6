package io.flowsvi.flows.ode.gradient;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A loss at the end of a solve and its derivatives there.
 *
 * @param loss its value
 * @param towardsValue ∂L/∂z(1), flat
 * @param towardsLogDet ∂L/∂ℓ, one for each row; the same at every time, since ℓ drives nothing
 * @param shape {@code [N, D]}
 */
record Ends(double loss, double[] towardsValue, double[] towardsLogDet, Shape shape) {
  static Ends of(Terminal terminal, double[] value, double[] logDet, Shape shape) {
    Gradient gradient =
        Tape.gradient(
            List.of(value, logDet),
            List.of(shape, shape.leading(-1)),
            in -> terminal.loss(in.get(0), in.get(1)));
    return new Ends(
        gradient.value(), gradient.gradients().get(0), gradient.gradients().get(1), shape);
  }

  /** Σ a·value + Σ (∂L/∂ℓ) growth: its gradient is a vector–Jacobian product. */
  Tensor pairing(Tensor value, double[] a, Tensor growth) {
    Arena arena = Arena.current();
    Shape rows = shape.leading(-1);
    Tensor moved = value.times(arena.tensor(a, shape)).sum();
    return moved.plus(growth.expand(rows).times(arena.tensor(towardsLogDet, rows)).sum());
  }
}
