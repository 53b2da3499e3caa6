package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Primitive.Side;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * An upper triangular matrix as its strict part and its diagonal: a product needs no matrix that
 * joins them.
 *
 * @param strict {@code [..., M, M]}, 0 on the diagonal and below, or above if stored transposed
 * @param stored whether strict is the matrix or its transpose
 * @param diagonal {@code [..., M]}
 */
record UpperTriangle(Tensor strict, Side stored, Tensor diagonal) {
  static UpperTriangle of(Tensor strict, Tensor diagonal) {
    return new UpperTriangle(strict, Side.PLAIN, diagonal);
  }

  /** With the strict part given as a lower triangle. */
  static UpperTriangle ofTransposed(Tensor strict, Tensor diagonal) {
    return new UpperTriangle(strict, Side.TRANSPOSED, diagonal);
  }

  /** This matrix times vectors {@code [..., M]}. */
  Tensor times(Tensor v) {
    Tensor off =
        stored == Side.PLAIN ? Matrices.times(strict, v) : Matrices.transposedTimes(strict, v);
    return off.plus(diagonal.times(v));
  }

  /** The matrix itself. */
  Tensor matrix() {
    Tensor above = stored == Side.PLAIN ? strict : strict.transpose();
    return above.plus(diagonal.diagonalMatrix());
  }
}
