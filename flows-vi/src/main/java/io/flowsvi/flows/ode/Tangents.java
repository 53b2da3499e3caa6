package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * A velocity and its derivatives along some directions.
 *
 * @param velocity f(x, t), {@code [..., D]}
 * @param images (∂f/∂x) v of each direction, {@code [..., K, D]}
 */
public record Tangents(Tensor velocity, Tensor images) {
  /** The D unit vectors {@code [D, D]}, whose images are the columns of ∂f/∂x. */
  static Tensor axes(int dim) {
    double[] eye = new double[dim * dim];
    for (int i = 0; i < dim; i++) {
      eye[i * (dim + 1)] = 1;
    }
    return Arena.current().tensor(eye, Shape.of(dim, dim));
  }

  /** tr ∂f/∂x, where the directions were the axes. */
  Tensor trace(Tensor axes) {
    return images.times(axes).sum(-1, -2);
  }
}
