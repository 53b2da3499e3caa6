package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A scalar distribution with a differentiable log distribution function, accurate in both tails.
 */
public interface HasLogCdf extends HasCdf {
  /** log P(X ≤ value). */
  Tensor logCdf(Tensor value);

  /** log P(X &gt; value). */
  Tensor logSurvival(Tensor value);

  @Override
  default Tensor cdf(Tensor value) {
    return logCdf(value).exp();
  }
}
