package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/** A distribution with a known mean. */
public interface HasMean extends Distribution {
  /** The mean, of shape {@code [batch + event]}; NaN or infinite where it does not exist. */
  Tensor mean();
}
