package io.flowsvi.flows.guide;

import io.flowsvi.ppl.tensor.Tensor;

/** A guide of a whole model whose entropy is known exactly. */
public interface EntropyGuide extends ScorableGuide<Object> {
  /** −E[log q] in unconstrained space, a scalar in nats, differentiable in the parameters. */
  Tensor entropy();
}
