package io.flowsvi.flows.residual;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * x + g(x) for given numbers, with the exact log-determinant, and its inverse by a fixed point.
 *
 * @param g a contraction
 * @param iterations steps of the fixed point
 */
record ResidualMap(BoundContraction g, int iterations) implements Bijection {
  static final double TOLERANCE = 1e-4;

  /** Newton steps whose error the last one, with a gradient, squares once more. */
  private static final int POLISHING = 2;

  /** The least n with Lⁿ/(1 − L) ≤ tolerance: the error's bound over that of the first step. */
  static int iterations(double lipschitz, double tolerance) {
    if (!(tolerance > 0 && tolerance < 1)) {
      throw new LayerException(
          "A fixed-point inverse needs a tolerance in (0, 1), got " + tolerance + ".");
    }
    return (int) Math.ceil(Math.log(tolerance * (1 - lipschitz)) / Math.log(lipschitz));
  }

  @Override
  public Mapped forward(Tensor x) {
    BoundContraction.At at = g.at(x);
    return new Mapped(x.plus(at.value()), g.slope(at.slopes()).logAbsDet());
  }

  @Override
  public Mapped inverse(Tensor y) {
    BoundContraction still = g.stopped();
    Tensor target = y.stopGradient();
    Tensor root = fixedPoint(still, target);
    for (int i = 0; i < POLISHING; i++) {
      root = newton(still, still, root, target);
    }
    Tensor x = newton(g, still, root, y);
    return new Mapped(x, g.slope(g.at(x).slopes()).logAbsDet().negate());
  }

  /** x ← y − g(x), from y. */
  Tensor fixedPoint(BoundContraction still, Tensor y) {
    Tensor x = y;
    for (int i = 0; i < iterations; i++) {
      x = y.minus(still.value(x));
    }
    return x;
  }

  /**
   * x − (I + J)⁻¹ (x + g(x) − y). With J and x constant its gradient is that of the implicit
   * function: (I + J) dx = dy − dg.
   */
  private static Tensor newton(BoundContraction g, BoundContraction still, Tensor x, Tensor y) {
    Tensor residual = x.plus(g.value(x)).minus(y);
    Tensor inverse = still.slope(still.at(x).slopes()).inverse();
    return x.minus(residual.unsqueeze(-2).matmul(inverse).squeeze(-2));
  }
}
