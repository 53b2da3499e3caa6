package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;

/** What a hidden unit does with its input. */
public enum Activation {
  /** tanh x: smooth and bounded. */
  TANH,
  /** max(x, 0). */
  RELU,
  /** x above 0, e^x − 1 below. */
  ELU,
  /** log(1 + e^x). */
  SOFTPLUS;

  /** Applied element by element. */
  public Tensor apply(Tensor x) {
    return switch (this) {
      case TANH -> x.tanh();
      case RELU -> x.relu();
      // The exponential is limited to the branch where it is taken, so that it cannot overflow.
      case ELU -> x.relu().plus(x.minimum(0).expm1());
      case SOFTPLUS -> x.softplus();
    };
  }

  /** Applied to each of these numbers, in place. */
  void apply(double[] x) {
    switch (this) {
      case TANH -> apply(x, Math::tanh);
      case RELU -> {
        // A loop without a call, which compiles to vector instructions.
        for (int i = 0; i < x.length; i++) {
          x[i] = Math.max(x[i], 0);
        }
      }
      case ELU -> apply(x, a -> a > 0 ? a : Math.expm1(a));
      case SOFTPLUS -> apply(x, a -> Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))));
    }
  }

  private static void apply(double[] x, DoubleUnaryOperator unit) {
    for (int i = 0; i < x.length; i++) {
      x[i] = unit.applyAsDouble(x[i]);
    }
  }
}
