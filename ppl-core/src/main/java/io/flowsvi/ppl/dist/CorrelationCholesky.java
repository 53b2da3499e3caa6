package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Lower Cholesky factors of D×D correlation matrices: rows of length 1, positive diagonal.
 *
 * <p>z = tanh(u) are canonical partial correlations, row by row below the diagonal; L_ij =
 * z_ij·√(Π_{k&lt;j}(1 − z_ik²)), L_ii = √(Π_{k&lt;i}(1 − z_ik²)). The log-determinant, with respect
 * to the strict lower triangle, is Σ_{i&gt;j} log(1 − z_ij²) + ½ Σ_{k&lt;j} log(1 − z_ik²)
 * (Lewandowski, Kurowicka and Joe 2009; the construction of Stan). Reals are D(D − 1)/2.
 */
public final class CorrelationCholesky implements Support.Continuous {
  /** The only one. */
  public static final CorrelationCholesky INSTANCE = new CorrelationCholesky();

  private CorrelationCholesky() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    int d = shape.dim(-1);
    for (int row = 0; row < event.length / d; row++) {
      double length = 0;
      for (int j = 0; j < d; j++) {
        double v = event[row * d + j];
        if (j > row % d && v != 0 || j == row % d && !(v > 0)) {
          return false;
        }
        length += v * v;
      }
      if (!(Math.abs(length - 1) <= 1e-6)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Shape realShape(Shape event) {
    return event.leading(-2).append(event.dim(-1) * (event.dim(-1) - 1) / 2);
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
    int d = order(real.shape().dim(-1));
    if (d == 1) {
      Shape one = real.shape().leading(-1).append(1, 1);
      return new Mapped(Arena.current().full(1, one), Tensor.number(0));
    }
    Arena arena = Arena.current();
    double[] below = new double[d * d];
    int[] source = new int[d * d];
    double[] eye = new double[d * d];
    for (int i = 0, next = 0; i < d; i++) {
      eye[i * (d + 1)] = 1;
      for (int j = 0; j < i; j++) {
        below[i * d + j] = 1;
        source[i * d + j] = next++;
      }
    }
    Shape square = real.shape().leading(-1).append(d, d);
    Tensor mask = arena.tensor(below, Shape.of(d, d));
    Tensor u = real.gather(-1, arena.index(source, Shape.of(d * d))).reshape(square).times(mask);
    // log(1 − tanh²u) = 2(log 2 − u − softplus(−2u)), exact in both tails and 0 at u = 0.
    Tensor log = u.plus(u.times(-2).softplus()).minus(Math.log(2)).times(-2).times(mask);
    Tensor before = log.cumulativeSum(-1).minus(log);
    Tensor l = u.tanh().plus(arena.tensor(eye, Shape.of(d, d))).times(before.times(0.5).exp());
    return new Mapped(l, log.plus(before.times(mask).times(0.5)).sum(-2, -1));
  }

  @Override
  public Tensor toReal(Tensor event) {
    int d = event.shape().dim(-1);
    Tensor rest = event.square().reverseCumulativeSum(-1);
    Tensor z = event.over(rest.sqrt().plus(rest.equalTo(0)));
    int[] cells = new int[d * (d - 1) / 2];
    for (int i = 0, next = 0; i < d; i++) {
      for (int j = 0; j < i; j++) {
        cells[next++] = i * d + j;
      }
    }
    Tensor flat = z.reshape(event.shape().leading(-2).append(d * d));
    Tensor partial = flat.gather(-1, Arena.current().index(cells, Shape.of(cells.length)));
    return partial.log1p().minus(partial.negate().log1p()).times(0.5);
  }

  private static int order(int reals) {
    return (int) Math.round((1 + Math.sqrt(1 + 8.0 * reals)) / 2);
  }

  @Override
  public Measure measure() {
    return Measure.STRICT_LOWER_TRIANGLE;
  }

  @Override
  public String name() {
    return "correlation Cholesky factor";
  }
}
