package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Arrays;

/**
 * An affine map by a lower triangular matrix: alone, the full-rank Gaussian.
 *
 * <p>y = L z + m, L_ii = e^{s_i}; log|det| = Σ s. z is {@code [..., D]}. Forward costs D² per
 * sample, the inverse one triangular solve, also D². Any real entries are allowed. Starts at m = 0,
 * L = scale·I.
 *
 * @param dim D
 * @param scale the diagonal at the start, positive
 */
public record LowerTriangular(int dim, double scale) implements AffineLayer {
  /** Checks the scale. */
  public LowerTriangular {
    if (!(scale > 0)) {
      throw new LayerException(
          "LowerTriangular: the starting scale must be positive, got " + scale + ".");
    }
  }

  @Override
  public ParamLayout layout() {
    ParamLayout layout = ParamLayout.of("shift", Shape.of(dim)).and("logDiagonal", Shape.of(dim));
    return dim == 1 ? layout : layout.and("lower", Shape.of(Matrices.strictSize(dim)));
  }

  @Override
  public Init init() {
    return (layout, seed, values) -> {
      Slice slice = layout.slice("logDiagonal");
      Arrays.fill(values, slice.offset(), slice.offset() + dim, Math.log(scale));
    };
  }

  @Override
  public Bijection bind(Values values) {
    Tensor shift = values.get("shift");
    Tensor logDiagonal = values.get("logDiagonal");
    Tensor diagonal = logDiagonal.exp();
    Tensor l = Matrices.lower(dim == 1 ? diagonal : values.get("lower"), diagonal);
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return new Mapped(Matrices.times(l, z).plus(shift), logDiagonal.sum(-1));
      }

      @Override
      public Mapped inverse(Tensor y) {
        Tensor centred = y.minus(shift).unsqueeze(-1);
        return new Mapped(l.solveLower(centred).squeeze(-1), logDiagonal.sum(-1).negate());
      }
    };
  }
}
