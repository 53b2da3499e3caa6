package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * M orthonormal columns Q of D dimensions, as maps instead of a matrix.
 *
 * @param toCoordinates Qᵀ z
 * @param fromCoordinates Q x
 */
record Frame(UnaryOperator<Tensor> toCoordinates, UnaryOperator<Tensor> fromCoordinates) {
  Tensor coordinates(Tensor z) {
    return toCoordinates.apply(z);
  }

  Tensor embed(Tensor x) {
    return fromCoordinates.apply(x);
  }
}
