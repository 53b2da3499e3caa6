package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import io.flowsvi.ppl.transform.Transform;

/**
 * Pushes density away from a hyperplane.
 *
 * <p>f(z) = z + û tanh(wᵀz + b); log|det| = log(1 + wᵀû·(1 − tanh²(wᵀz + b))). z is {@code [...,
 * D]}, the log-det {@code [...]}. Forward costs D; there is no closed-form inverse, hence a {@link
 * Layer} and not a {@link BijectiveLayer}. û = u + (m(wᵀu) − wᵀu) w/‖w‖² with m(t) = −1 + log(1 +
 * e^t), so that wᵀû = m(wᵀu) &gt; −1. The identity is wᵀu = log(e − 1), where it starts. Rezende
 * and Mohamed (2015), eq. 10 and appendix A.1.
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
    Tensor u = values.get("u");
    Tensor w = values.get("w");
    Tensor b = values.get("b");
    Tensor wu = w.dot(u, -1).unsqueeze(-1);
    Tensor m = wu.softplus().minus(1);
    Tensor norm = w.square().sum(-1).maximum(SMALLEST_NORM).unsqueeze(-1);
    Tensor uHat = u.plus(m.minus(wu).over(norm).times(w));
    return z -> {
      Tensor h = w.dot(z, -1).unsqueeze(-1).plus(b).tanh();
      Tensor slope = h.square().negate().plus(1);
      Tensor logDet = slope.times(m).log1p().squeeze(-1);
      return new Mapped(z.plus(h.times(uHat)), logDet);
    };
  }
}
