package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Cholesky factors of covariances that may be singular to rounding, as those of smooth processes at
 * near inputs are.
 *
 * <p>The policy: to the diagonal is added ε·m, m being its mean and ε = 10⁻¹⁰ + 2N(N + 1)u, u =
 * 2⁻⁵³. The second part is above the backward error of the factorisation, N(N + 1)u·max a_ii
 * (Higham 2002, theorem 10.3 and eq. 10.7), so every matrix that is positive semi-definite but for
 * rounding has a factor; the first keeps the condition number below 10¹⁰·N, so that log densities
 * and gradients keep some five digits. It moves a value by 10⁻⁵ of its standard deviation, which no
 * data show. It depends on N and m alone, so it is part of a recorded graph, and is the same in
 * every step. A matrix with an eigenvalue clearly below 0 has no factor: NaN, which discovery
 * reports at its site.
 */
public final class Jitter {
  private static final double LEAST = 1e-10;
  private static final double ROUNDING = 0x1p-53;

  private Jitter() {}

  /** ε for an N × N matrix. */
  public static double relative(int n) {
    return LEAST + 2.0 * n * (n + 1) * ROUNDING;
  }

  /** L with L Lᵀ = A + ε·mean(diag A)·I, for A {@code [..., N, N]}. */
  public static Tensor cholesky(Tensor covariance) {
    Shape shape = covariance.shape();
    if (shape.rank() < 2 || shape.dim(-1) != shape.dim(-2)) {
      throw new ShapeException("Jitter: a covariance must be [..., N, N], got " + shape + ".");
    }
    int n = shape.dim(-1);
    Tensor mean = covariance.diagonal().mean(-1).unsqueeze(-1).unsqueeze(-1);
    Tensor identity = Arena.current().full(relative(n), Shape.of(n)).diagonalMatrix();
    return covariance.plus(mean.times(identity)).cholesky();
  }
}
