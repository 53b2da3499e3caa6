package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Vectors of N numbers of length 1: directions.
 *
 * <p>N reals u give u/‖u‖; their length is a nuisance with the density of a standard normal
 * vector's, so that the log-determinant is −½‖u‖² + log S_N − ½N log 2π with the sphere's surface
 * S_N = 2π^{N/2}/Γ(N/2): a uniform direction has standard normal reals. With respect to the
 * surface. One preimage of a direction is itself.
 */
public final class UnitVector implements Support.Continuous {
  /** The only one. */
  public static final UnitVector INSTANCE = new UnitVector();

  private UnitVector() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    int n = shape.dim(-1);
    for (int at = 0; at < event.length; at += n) {
      double squares = 0;
      for (int i = at; i < at + n; i++) {
        squares += event[i] * event[i];
      }
      if (!(Math.abs(squares - 1) <= 1e-6)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Shape realShape(Shape event) {
    return event;
  }

  @Override
  public Shape eventShape(Shape real) {
    return real;
  }

  @Override
  public int eventRank() {
    return 1;
  }

  @Override
  public Mapped toEvent(Tensor real) {
    int n = real.shape().dim(-1);
    // log S_N − ½ N log 2π = (1 − N/2) log 2 − log Γ(N/2).
    double constant = (1 - 0.5 * n) * Math.log(2) - logGammaOfHalf(n);
    Tensor squares = real.square().sum(-1).unsqueeze(-1);
    // At 0, where every direction is as good, the first axis: guides begin there.
    Tensor lifted = real.plus(squares.equalTo(0).pad(-1, 0, n - 1));
    Tensor direction = lifted.over(lifted.norm(-1).unsqueeze(-1));
    return new Mapped(direction, squares.squeeze(-1).times(-0.5).plus(constant));
  }

  /** log Γ(n/2) by its recursion from Γ(½) = √π and Γ(1) = 1. */
  private static double logGammaOfHalf(int n) {
    double sum = n % 2 == 0 ? 0 : 0.5 * Math.log(Math.PI);
    for (double x = n % 2 == 0 ? 1 : 0.5; x < 0.5 * n; x++) {
      sum += Math.log(x);
    }
    return sum;
  }

  @Override
  public Tensor toReal(Tensor event) {
    return event;
  }

  @Override
  public Measure measure() {
    return Measure.SPHERE;
  }

  @Override
  public String name() {
    return "unit vector";
  }
}
