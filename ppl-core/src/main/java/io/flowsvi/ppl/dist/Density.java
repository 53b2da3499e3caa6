package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Scores given values. */
public interface Density {
  /** The shape of one value. */
  Shape eventShape();

  /** The log density of {@code [batch + event]}: {@code [batch]}. */
  Tensor logProb(Tensor value);
}
