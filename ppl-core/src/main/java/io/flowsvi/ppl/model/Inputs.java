package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Brings Java data into a model, a guide or an encoder.
 *
 * <p>Inside plates a shape begins with the sizes of the open plates, outer to inner, then come the
 * data's own dimensions: {@code ctx.data(x, Shape.of(n, k))} in a plate of n rows. The context lays
 * them on the plates' axes, with size 1 on the axes of plates that are not open, so that they
 * broadcast with values {@code [S] + plates + event}; an axis of particles is not needed. Outside
 * plates data stay as shaped: {@code [K]} joins an event of size K, and {@code [N, K]} is the X of
 * {@link Tensor#linear}, which gives {@code [S, N]} either way where rows are the model's only
 * plate axis. What belongs to one of two crossed plates is read inside that one, before the other
 * opens.
 *
 * <p>Arrays are read when the model runs and must not change during a fit. A context throws {@link
 * io.flowsvi.ppl.tensor.PplException} for a null array, for a length that is not the shape's size,
 * and for a shape that does not begin with the plates' sizes.
 */
public interface Inputs {
  /** Real numbers. */
  Tensor data(double[] values, Shape shape);

  /** Real numbers. */
  Tensor data(float[] values, Shape shape);

  /** Whole numbers: an index for gather, or plain numbers for a likelihood. */
  Tensor data(int[] values, Shape shape);
}
