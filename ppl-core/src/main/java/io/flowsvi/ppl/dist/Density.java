package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Scores given values. */
public interface Density {
  /** The shape of one value. */
  Shape eventShape();

  /**
   * The log density of {@code [batch + event]}: {@code [batch]}. Outside of the support it is −∞
   * and its gradient free of NaN, for scalars, vectors of counts, and simplexes; matrices are held
   * against their support where data enter a model only.
   */
  Tensor logProb(Tensor value);
}
