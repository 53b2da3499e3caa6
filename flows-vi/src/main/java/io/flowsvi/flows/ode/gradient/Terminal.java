package io.flowsvi.flows.ode.gradient;

import io.flowsvi.ppl.tensor.Tensor;

/** A scalar loss of where points end, {@code [N, D]}, and of their log-determinants {@code [N]}. */
@FunctionalInterface
public interface Terminal {
  /** The loss. */
  Tensor loss(Tensor value, Tensor logDet);
}
