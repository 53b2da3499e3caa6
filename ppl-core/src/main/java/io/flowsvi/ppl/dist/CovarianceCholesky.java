package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Lower Cholesky factors of D×D covariances: lower triangular L with a positive diagonal.
 *
 * <p>Reals are D(D + 1)/2: the lower triangle row by row, the diagonal as logarithms u_i. The
 * log-determinant, with respect to the lower triangle with its diagonal, is Σ u_i.
 */
public final class CovarianceCholesky implements Support.Continuous {
  /** The only one. */
  public static final CovarianceCholesky INSTANCE = new CovarianceCholesky();

  private CovarianceCholesky() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    int d = shape.dim(-1);
    for (int i = 0; i < event.length; i++) {
      int row = i / d % d;
      int column = i % d;
      boolean right =
          column > row ? event[i] == 0 : column < row ? Double.isFinite(event[i]) : event[i] > 0;
      if (!right || Double.isInfinite(event[i])) {
        return false;
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
    for (int i = 0, next = 0; i < d; i++) {
      for (int j = 0; j <= i; j++, next++) {
        source[i * d + j] = next;
        below[i * d + j] = j < i ? 1 : 0;
      }
    }
    Shape square = real.shape().leading(-1).append(d, d);
    Tensor cells = real.gather(-1, arena.index(source, Shape.of(d * d))).reshape(square);
    Tensor u = logDiagonal(real);
    Tensor strict = cells.times(arena.tensor(below, Shape.of(d, d)));
    return new Mapped(strict.plus(u.exp().diagonalMatrix()), u.sum(-1));
  }

  /** The reals u_i behind the diagonal, {@code [..., D]}. */
  static Tensor logDiagonal(Tensor real) {
    int d = order(real.shape().dim(-1));
    int[] diagonal = new int[d];
    for (int i = 0; i < d; i++) {
      diagonal[i] = i * (i + 3) / 2;
    }
    return real.gather(-1, Arena.current().index(diagonal, Shape.of(d)));
  }

  @Override
  public Tensor toReal(Tensor l) {
    int d = l.shape().dim(-1);
    double[] eye = new double[d * d];
    int[] lower = new int[d * (d + 1) / 2];
    for (int i = 0, next = 0; i < d; i++) {
      eye[i * (d + 1)] = 1;
      for (int j = 0; j <= i; j++) {
        lower[next++] = i * d + j;
      }
    }
    Tensor on = Arena.current().tensor(eye, Shape.of(d, d));
    Tensor logs = l.diagonal().log().diagonalMatrix();
    Tensor cells = l.times(on.negate().plus(1)).plus(logs);
    Tensor flat = cells.reshape(l.shape().leading(-2).append(d * d));
    return flat.gather(-1, Arena.current().index(lower, Shape.of(lower.length)));
  }

  /** D, of D(D + 1)/2 reals. */
  static int order(int reals) {
    return (int) Math.round((Math.sqrt(1 + 8.0 * reals) - 1) / 2);
  }

  @Override
  public Measure measure() {
    return Measure.LOWER_TRIANGLE;
  }

  @Override
  public String name() {
    return "covariance Cholesky factor";
  }
}
