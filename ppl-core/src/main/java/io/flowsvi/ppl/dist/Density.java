package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Scores given values. */
public interface Density {
  /** The shape of one value. */
  Shape eventShape();

  /**
   * The log density of {@code [batch + event]}: {@code [batch]}. Data are held against the support
   * where they enter a model; the result for a value outside of it is −∞ only where the
   * distribution says so, and otherwise without meaning.
   */
  Tensor logProb(Tensor value);
}
