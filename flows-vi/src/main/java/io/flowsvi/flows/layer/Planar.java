package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import io.flowsvi.ppl.transform.Transform;

/**
 * Pushes density away from a hyperplane.
 *
 * <p>f(z) = z + û tanh(wᵀz + b); log|det| = log(1 + wᵀû·(1 − tanh²(wᵀz + b))). z is {@code [...,
 * D]}, the log-det {@code [...]}. Forward costs D; there is no closed-form inverse, hence a {@link
 * Layer} and not a {@link BijectiveLayer}; {@link #withRootInverse} finds a root. û = u + (m(wᵀu) −
 * wᵀu) w/‖w‖² with m(t) = −1 + log(1 + e^t), so that wᵀû = m(wᵀu) &gt; −1. The identity is wᵀu =
 * log(e − 1), where it starts. Rezende and Mohamed (2015), eq. 10 and appendix A.1.
 *
 * @param dim D
 */
public record Planar(int dim) implements Layer {
  /** wᵀu at which m(wᵀu) = 0, so that the layer is the identity. */
  private static final double IDENTITY = Math.log(Math.E - 1);

  private static final double NOISE = 0.01;
  private static final double SMALLEST_NORM = 1e-12;

  @Override
  public ParamLayout layout() {
    Shape d = Shape.of(dim);
    return ParamLayout.of("u", d).and("w", d).and("b", Shape.of(1));
  }

  @Override
  public Init init() {
    return (layout, seed, values) -> {
      double[] noise = new double[2 * dim];
      Init.normal(1).fill(layout, seed, noise);
      double square = 0;
      for (int i = 0; i < dim; i++) {
        values[dim + i] = noise[i] / Math.sqrt(dim);
        square += values[dim + i] * values[dim + i];
      }
      for (int i = 0; i < dim; i++) {
        values[i] = IDENTITY * values[dim + i] / square + NOISE * noise[dim + i];
      }
    };
  }

  @Override
  public Transform bind(Values values) {
    return bend(values);
  }

  /**
   * This layer with its inverse: a scalar root by a fixed number of Newton steps, about six times
   * the operations of the way forward. With p = wᵀz + b it solves p + wᵀû tanh p = wᵀy + b; then z
   * = y − û tanh p. Gradients are those of the implicit function.
   */
  public BijectiveLayer withRootInverse() {
    return BijectiveLayer.of(this, this::bend);
  }

  private Bend bend(Values values) {
    Tensor u = values.get("u");
    Tensor w = values.get("w");
    Tensor wu = w.dot(u, -1).unsqueeze(-1);
    Tensor m = wu.softplus().minus(1);
    Tensor norm = w.square().sum(-1).maximum(SMALLEST_NORM).unsqueeze(-1);
    Tensor uHat = u.plus(m.minus(wu).over(norm).times(w));
    return new Bend(w, uHat, m, values.get("b"));
  }

  /** The map of given w, û, m = wᵀû and b. */
  private record Bend(Tensor w, Tensor uHat, Tensor m, Tensor b) implements Bijection {
    @Override
    public Mapped forward(Tensor z) {
      Tensor h = w.dot(z, -1).unsqueeze(-1).plus(b).tanh();
      return new Mapped(z.plus(h.times(uHat)), slope(h).log1p().squeeze(-1));
    }

    @Override
    public Mapped inverse(Tensor y) {
      Tensor q = w.dot(y, -1).unsqueeze(-1).plus(b);
      Tensor root = TanhRoot.solve(m, q, TanhRoot.STEPS_BELOW_MILLION);
      // One more Newton step, with a gradient: dp = (dq − tanh p dm)/(1 + m(1 − tanh² p)).
      Tensor at = root.tanh();
      Tensor residual = root.plus(m.times(at)).minus(q);
      Tensor rise = slope(at).stopGradient().plus(1).maximum(TanhRoot.SMALLEST_SLOPE);
      Tensor p = root.minus(residual.over(rise));
      Tensor h = p.tanh();
      return new Mapped(y.minus(h.times(uHat)), slope(h).log1p().squeeze(-1).negate());
    }

    /** m(1 − h²). */
    private Tensor slope(Tensor h) {
      return h.square().negate().plus(1).times(m);
    }
  }
}
