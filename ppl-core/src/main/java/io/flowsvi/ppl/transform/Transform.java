package io.flowsvi.ppl.transform;

import io.flowsvi.ppl.tensor.Tensor;

/** A differentiable one-to-one map that is cheap one way. */
@FunctionalInterface
public interface Transform {
  /** x is {@code [..., D]}; the value {@code [..., D]}, the log-determinant {@code [...]}. */
  Mapped forward(Tensor x);
}
