package io.flowsvi.ppl.sequence;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A series that is a multiple of its last value and something new: x_t = a_t x_{t−1} + b_t.
 *
 * <p>Variances of GARCH, autoregressive means, exponential smoothing. Two turns are one of the same
 * form, x_t = (a_t a_{t−1}) x_{t−2} + (a_t b_{t−1} + b_t), so log₂ T rounds of few large operations
 * do what T small ones would: graph and compile time grow with log T, at log₂ T times the
 * arithmetic. Hillis and Steele (1986). Exact to rounding where |a| ≤ 1.
 */
public final class LinearRecurrence {
  private LinearRecurrence() {}

  /**
   * x_1 to x_T {@code [..., T]}. Throws {@link ShapeException} where factor and input disagree.
   *
   * @param initial x_0 {@code [..., 1]}
   * @param factor a {@code [..., T]}, or {@code [..., 1]} if it is the same at all times
   * @param input b {@code [..., T]}
   */
  public static Tensor of(Tensor initial, Tensor factor, Tensor input) {
    int length = input.shape().dim(-1);
    boolean constant = factor.shape().rank() == 0 || factor.shape().dim(-1) == 1;
    if (!constant && factor.shape().dim(-1) != length) {
      throw new ShapeException(
          "LinearRecurrence: the input is "
              + input.shape()
              + ", so the factor must be [..., "
              + length
              + "] or [..., 1], got "
              + factor.shape()
              + ".");
    }
    Shape batch = initial.shape().leading(-1).broadcast(input.shape().leading(-1));
    if (factor.shape().rank() > 0) {
      batch = batch.broadcast(factor.shape().leading(-1));
    }
    Tensor a = constant ? factor : factor.expand(batch.append(length));
    Tensor b = input.expand(batch.append(length));
    Tensor first = initial.times(constant ? a : a.slice(-1, 0, 1)).plus(b.slice(-1, 0, 1));
    Tensor x = length == 1 ? first : joined(first, b.slice(-1, 1, length));
    for (int d = 1; d < length; d *= 2) {
      Tensor later = constant ? a : a.slice(-1, d, length);
      Tensor moved = x.slice(-1, d, length).plus(later.times(x.slice(-1, 0, length - d)));
      x = joined(x.slice(-1, 0, d), moved);
      a =
          constant
              ? a.times(a)
              : joined(a.slice(-1, 0, d), later.times(a.slice(-1, 0, length - d)));
    }
    return x;
  }

  private static Tensor joined(Tensor left, Tensor right) {
    return Tensor.concat(List.of(left, right), -1);
  }
}
