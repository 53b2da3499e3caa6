package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A distribution that is a map, given its parameters, of values that do not depend on them: what
 * can be non-centred although it is no location-scale family, such as paths.
 */
public interface Standardized extends Distribution {
  /** The distribution of z, of the same event shape. */
  Distribution standard();

  /** The value at z {@code [batch + event]}. */
  Tensor fromStandard(Tensor z);
}
