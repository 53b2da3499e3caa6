package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Where the values of a distribution lie, and how unconstrained reals reach it.
 *
 * <p>Bounds are tensors and may depend on other sites. A support is not a bijection: simplex and
 * correlation matrices change the shape.
 */
public sealed interface Support {
  /**
   * Whether every element of one event lies in the support, with numerical tolerance; host data.
   */
  boolean contains(double[] event, Shape shape);

  /** The name users know it by. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** A continuous support: a guide proposes reals, {@link #toEvent} maps them in. */
  non-sealed interface Continuous extends Support {
    /** The shape of the reals behind one event of this shape. */
    Shape realShape(Shape event);

    /** The event shape behind reals of this shape: inverse of {@link #realShape}. */
    Shape eventShape(Shape real);

    /** How many trailing axes make one event: 0 for element-wise supports, 1 vector, 2 matrix. */
    int eventRank();

    /**
     * The event and, per element of {@code [batch]}, the log-determinant with respect to {@link
     * #measure}. For element-wise supports (rank 0) the log-determinant has the shape of the value.
     */
    Mapped toEvent(Tensor real);

    /** One preimage. */
    Tensor toReal(Tensor event);

    /** What densities on this support are densities with respect to. */
    Measure measure();
  }

  /** A discrete support: observed, or summed out where finite; never proposed by a guide. */
  non-sealed interface Discrete extends Support {}
}
