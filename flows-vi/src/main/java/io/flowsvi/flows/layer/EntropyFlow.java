package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Tensor;

/** A flow whose entropy is known exactly. */
public interface EntropyFlow extends Flow {
  /** −E[log q], a scalar in nats, differentiable in the parameters. */
  Tensor entropy();
}
