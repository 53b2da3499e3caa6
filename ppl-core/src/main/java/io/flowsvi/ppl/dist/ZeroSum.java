package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Vectors of K numbers that sum to 0: effects of K groups beside an intercept.
 *
 * <p>x = Bu with the K × (K − 1) orthonormal Helmert basis B, so that no element is special and a
 * standard normal u gives elements of variance 1 − 1/K. The log-determinant, with respect to the
 * first K − 1 coordinates, is −½ log K. Reals are K − 1; u = Bᵀx.
 */
public final class ZeroSum implements Support.Continuous {
  /** The only one. */
  public static final ZeroSum INSTANCE = new ZeroSum();

  private ZeroSum() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    int k = shape.dim(-1);
    for (int at = 0; at < event.length; at += k) {
      double sum = 0;
      double size = 1;
      for (int i = at; i < at + k; i++) {
        sum += event[i];
        size += Math.abs(event[i]);
      }
      if (!(Math.abs(sum) <= 1e-9 * size)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Shape realShape(Shape event) {
    return event.with(-1, event.dim(-1) - 1);
  }

  @Override
  public Shape eventShape(Shape real) {
    return real.with(-1, real.dim(-1) + 1);
  }

  @Override
  public int eventRank() {
    return 1;
  }

  /** Column j is (1, …, 1, −j, 0, …)/√(j(j + 1)) with j ones. */
  private static Tensor basis(int k) {
    double[] b = new double[k * (k - 1)];
    for (int j = 1; j < k; j++) {
      double length = Math.sqrt(j * (j + 1.0));
      for (int i = 0; i < j; i++) {
        b[i * (k - 1) + j - 1] = 1 / length;
      }
      b[j * (k - 1) + j - 1] = -j / length;
    }
    return Arena.current().tensor(b, Shape.of(k, k - 1));
  }

  @Override
  public Mapped toEvent(Tensor real) {
    int k = real.shape().dim(-1) + 1;
    return new Mapped(basis(k).matvec(real), Tensor.number(-0.5 * Math.log(k)));
  }

  @Override
  public Tensor toReal(Tensor event) {
    return basis(event.shape().dim(-1)).transpose().matvec(event);
  }

  @Override
  public Measure measure() {
    return Measure.FIRST_COORDINATES;
  }

  @Override
  public String name() {
    return "vector with sum 0";
  }
}
