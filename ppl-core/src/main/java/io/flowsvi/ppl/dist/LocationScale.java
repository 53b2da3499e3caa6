package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/** A distribution of loc + scale·Z with Z free of both: what can be non-centred. */
public interface LocationScale extends Distribution {
  /** The location. */
  Tensor loc();

  /** The scale. */
  Tensor scale();

  /** The distribution of Z. */
  Distribution standard();
}
