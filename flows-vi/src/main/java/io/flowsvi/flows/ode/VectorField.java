package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A velocity for each point and time, with its derivatives carried forward beside it, so that a
 * first-order tape suffices to train what they enter.
 */
public interface VectorField {
  /** D. */
  int dim();

  /** f(x, t); x is {@code [..., D]}. */
  Tensor velocity(double t, Tensor x);

  /** f(x, t) and its exact divergence. */
  Flowline at(double t, Tensor x);

  /** f(x, t) and its derivatives along directions {@code [..., K, D]}, which broadcast to x. */
  Tangents push(double t, Tensor x, Tensor directions);

  /**
   * Whether a row's velocity is the same whichever rows are beside it, so that some rows may be
   * tried alone; not so where each row has a context of its own.
   */
  default boolean takesAnyRows() {
    return false;
  }
}
