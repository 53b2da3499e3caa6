package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Symmetric positive definite D×D matrices W = LLᵀ, L lower triangular with diagonal e^u.
 *
 * <p>Reals are D(D + 1)/2: the lower triangle row by row, the diagonal as logarithms u_i. The
 * log-determinant, with respect to the lower triangle with its diagonal, is D log 2 + Σ_i (D − i +
 * 2) u_i, i = 1 … D.
 */
public final class PositiveDefinite implements Support.Continuous {
  private static final double TOLERANCE = 1e-9;

  /** The only one. */
  public static final PositiveDefinite INSTANCE = new PositiveDefinite();

  private PositiveDefinite() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    int d = shape.dim(-1);
    for (int at = 0; at < event.length; at += d * d) {
      double[] l = new double[d * d];
      for (int i = 0; i < d; i++) {
        for (int j = 0; j <= i; j++) {
          double lower = event[at + i * d + j];
          double upper = event[at + j * d + i];
          double sum = lower;
          for (int k = 0; k < j; k++) {
            sum -= l[i * d + k] * l[j * d + k];
          }
          boolean symmetric = Math.abs(lower - upper) <= TOLERANCE * (1 + Math.abs(lower));
          if (!symmetric || !Double.isFinite(lower) || i == j && !(sum > 0)) {
            return false;
          }
          l[i * d + j] = i == j ? Math.sqrt(sum) : sum / l[j * d + j];
        }
      }
    }
    return true;
  }

  @Override
  public Shape realShape(Shape event) {
    return CovarianceCholesky.INSTANCE.realShape(event);
  }

  @Override
  public Shape eventShape(Shape real) {
    return CovarianceCholesky.INSTANCE.eventShape(real);
  }

  @Override
  public int eventRank() {
    return 2;
  }

  @Override
  public Mapped toEvent(Tensor real) {
    Mapped factor = CovarianceCholesky.INSTANCE.toEvent(real);
    Tensor u = CovarianceCholesky.logDiagonal(real);
    int d = u.shape().dim(-1);
    double[] powers = new double[d];
    for (int i = 0; i < d; i++) {
      powers[i] = d - i;
    }
    Tensor square = u.times(Arena.current().tensor(powers, Shape.of(d))).sum(-1);
    Tensor logDet = factor.logDet().plus(square).plus(d * Math.log(2));
    return new Mapped(factor.value().matmulTransposed(factor.value()), logDet);
  }

  @Override
  public Tensor toReal(Tensor event) {
    return CovarianceCholesky.INSTANCE.toReal(event.cholesky());
  }

  @Override
  public Measure measure() {
    return Measure.LOWER_TRIANGLE;
  }

  @Override
  public String name() {
    return "positive definite matrix";
  }
}
