package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Tensor;

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
}
