package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * The map of a {@link Sylvester} layer for given numbers, and its inverse by roots.
 *
 * <p>f(z) = z + Q R tanh(R̃ v + b), v = Qᵀz. As QᵀQ = I, the inverse needs v only: v + R tanh(R̃ v
 * + b) = Qᵀy. R and R̃ are upper triangular, so row i, from the last to the first, holds one
 * unknown, and with p = (R̃ v + b)_i it is p + r_ii r̃_ii tanh p = known.
 *
 * @param q Q
 * @param r R
 * @param rTilde R̃, with r_ii r̃_ii &gt; −1
 * @param b {@code [..., M]}
 */
record SylvesterMap(Frame q, UpperTriangle r, UpperTriangle rTilde, Tensor b) implements Bijection {
  @Override
  public Mapped forward(Tensor z) {
    Tensor h = rTilde.times(q.coordinates(z)).plus(b).tanh();
    return new Mapped(z.plus(q.embed(r.times(h))), logDet(h));
  }

  @Override
  public Mapped inverse(Tensor y) {
    Tensor coordinates = q.coordinates(y);
    Tensor root = root(coordinates);
    // One more Newton step, with a gradient: J dv = d(Qᵀy) − d(R tanh(R̃ v + b)) at fixed v.
    Tensor at = rTilde.times(root).plus(b).tanh();
    Tensor residual = root.plus(r.times(at)).minus(coordinates);
    Tensor step = jacobian(at.stopGradient()).solveUpper(residual.unsqueeze(-1)).squeeze(-1);
    Tensor h = rTilde.times(root.minus(step)).plus(b).tanh();
    return new Mapped(y.minus(q.embed(r.times(h))), logDet(h).negate());
  }

  private Tensor logDet(Tensor h) {
    return slope(h).times(diagonals()).log1p().sum(-1);
  }

  /** r_ii r̃_ii. */
  private Tensor diagonals() {
    return r.diagonal().times(rTilde.diagonal());
  }

  private static Tensor slope(Tensor h) {
    return h.square().negate().plus(1);
  }

  /** v, constant for the gradient. */
  private Tensor root(Tensor coordinates) {
    Tensor outer = r.matrix().stopGradient();
    Tensor inner = rTilde.matrix().stopGradient();
    Tensor diagonals = diagonals();
    // Row i of `v` still lacks the terms of columns up to i, and row i of `pre` those of v_1 … v_i.
    Tensor v = coordinates.stopGradient();
    Tensor pre = b.stopGradient();
    for (int i = diagonals.shape().dim(-1) - 1; i >= 0; i--) {
      Tensor column = inner.at(-1, i);
      Tensor target = element(pre, i).plus(element(column, i).times(element(v, i)));
      Tensor p = TanhRoot.solve(element(diagonals, i), target, TanhRoot.STEPS_BELOW_3);
      v = v.minus(outer.at(-1, i).times(p.tanh()));
      pre = pre.plus(column.times(element(v, i)));
    }
    return v;
  }

  private static Tensor element(Tensor x, int i) {
    return x.slice(-1, i, i + 1);
  }

  /**
   * I + R diag(1 − h²) R̃, upper triangular with a positive diagonal; constant for the gradient.
   */
  private Tensor jacobian(Tensor h) {
    int m = h.shape().dim(-1);
    Tensor scaled = r.matrix().stopGradient().times(slope(h).unsqueeze(-2));
    Tensor product = scaled.matmul(rTilde.matrix().stopGradient());
    return product.plus(Arena.current().tensor(Matrices.identity(m), Shape.of(m, m)));
  }
}
