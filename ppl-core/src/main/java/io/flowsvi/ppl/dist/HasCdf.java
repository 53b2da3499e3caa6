package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/** A scalar distribution with a known distribution function. */
public interface HasCdf extends Distribution {
  /** P(X ≤ value). */
  Tensor cdf(Tensor value);
}
