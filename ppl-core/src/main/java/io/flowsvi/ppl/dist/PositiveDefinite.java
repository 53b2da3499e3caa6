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
    return event.leading(-2).append(event.dim(-1) * (event.dim(-1) + 1) / 2);
  }

  @Override
  public Shape eventShape(Shape real) {
    return real.leading(-1).append(order(real.dim(-1)), order(real.dim(-1)));
  }

  @Override
  public int eventRank() {
    return 2;
  }

  @Override
  public Mapped toEvent(Tensor real) {
    Arena arena = Arena.current();
    int d = order(real.shape().dim(-1));
    int[] source = new int[d * d];
    double[] below = new double[d * d];
    int[] diagonal = new int[d];
    double[] powers = new double[d];
    for (int i = 0, next = 0; i < d; i++) {
      for (int j = 0; j <= i; j++, next++) {
        source[i * d + j] = next;
        below[i * d + j] = j < i ? 1 : 0;
      }
      diagonal[i] = next - 1;
      powers[i] = d - i + 1;
    }
    Shape square = real.shape().leading(-1).append(d, d);
    Tensor cells = real.gather(-1, arena.index(source, Shape.of(d * d))).reshape(square);
    Tensor u = real.gather(-1, arena.index(diagonal, Shape.of(d)));
    Tensor strict = cells.times(arena.tensor(below, Shape.of(d, d)));
    Tensor l = strict.plus(u.exp().diagonalMatrix());
    Tensor logDet = u.times(arena.tensor(powers, Shape.of(d))).sum(-1).plus(d * Math.log(2));
    return new Mapped(l.matmulTransposed(l), logDet);
  }

  @Override
  public Tensor toReal(Tensor event) {
    int d = event.shape().dim(-1);
    Tensor l = event.cholesky();
    Tensor logs = l.diagonal().log();
    double[] eye = new double[d * d];
    int[] lower = new int[d * (d + 1) / 2];
    for (int i = 0, next = 0; i < d; i++) {
      eye[i * (d + 1)] = 1;
      for (int j = 0; j <= i; j++) {
        lower[next++] = i * d + j;
      }
    }
    Tensor on = Arena.current().tensor(eye, Shape.of(d, d));
    Tensor cells = l.times(on.negate().plus(1)).plus(logs.diagonalMatrix());
    Tensor flat = cells.reshape(event.shape().leading(-2).append(d * d));
    return flat.gather(-1, Arena.current().index(lower, Shape.of(lower.length)));
  }

  private static int order(int reals) {
    return (int) Math.round((Math.sqrt(1 + 8.0 * reals) - 1) / 2);
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
