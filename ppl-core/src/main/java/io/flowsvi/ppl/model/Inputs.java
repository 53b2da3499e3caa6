package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Brings Java data into a model, a guide or an encoder.
 *
 * <p>Inside plates a shape begins with the sizes of the open plates, outer to inner, and the
 * context lays them on their axes; data that belong to no plate are read outside.
 */
public interface Inputs {
  /** Real numbers. */
  Tensor data(double[] values, Shape shape);

  /** Real numbers. */
  Tensor data(float[] values, Shape shape);

  /** Whole numbers: an index for gather, or plain numbers for a likelihood. */
  Tensor data(int[] values, Shape shape);
}
