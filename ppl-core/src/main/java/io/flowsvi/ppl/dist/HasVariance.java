package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/** A distribution with a known variance. */
public interface HasVariance extends Distribution {
  /** The variance, of shape {@code [batch + event]}; NaN or infinite where it does not exist. */
  Tensor variance();
}
