package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * A convex combination of K unit lower triangular matrices: volume-preserving, meant for encoders.
 *
 * <p>y = L z, L = Σ_k α_k L_k, α = softmax(logits), every L_k unit lower triangular, hence L too
 * and log|det| = 0. z is {@code [..., D]}. Forward costs KD², the inverse one triangular solve
 * more. Starts near L = I. With constants K &gt; 1 gains nothing over K = 1. Tomczak and Welling
 * (2017), eq. 9 to 11.
 *
 * @param dim D
 * @param matrices K
 */
public record ConvexCombination(int dim, int matrices) implements AffineLayer {
  private static final double START = 1e-3;

  /** Checks the number of matrices. */
  public ConvexCombination {
    if (matrices < 1) {
      throw new LayerException("ConvexCombination needs at least 1 matrix, got " + matrices + ".");
    }
  }

  @Override
  public ParamLayout layout() {
    if (dim == 1) {
      return ParamLayout.empty();
    }
    return ParamLayout.of("logits", Shape.of(matrices))
        .and("lower", Shape.of(matrices, Matrices.strictSize(dim)));
  }

  @Override
  public Init init() {
    return Init.normal(START);
  }

  @Override
  public Bijection bind(Values values) {
    if (dim == 1) {
      return new Elementwise(z -> new Mapped(z, z.times(0)), y -> new Mapped(y, y.times(0)));
    }
    Tensor weights = values.get("logits").softmax(-1).unsqueeze(-1);
    Tensor strict = values.get("lower").times(weights).sum(-2);
    Tensor one = strict.slice(-1, 0, 1).times(0).plus(1);
    Tensor l = Matrices.lower(strict, one.expand(strict.shape().with(-1, dim)));
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return new Mapped(Matrices.times(l, z), Tensor.number(0));
      }

      @Override
      public Mapped inverse(Tensor y) {
        return new Mapped(l.solveLower(y.unsqueeze(-1)).squeeze(-1), Tensor.number(0));
      }
    };
  }
}
