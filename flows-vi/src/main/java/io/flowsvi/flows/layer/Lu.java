package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * A general linear map as permutation, unit lower and upper triangle: a learned permutation.
 *
 * <p>y = P L U z, U with diagonal ±e^s; log|det| = Σ s. z is {@code [..., D]}. Forward costs D²,
 * the inverse two triangular solves, also D². P and the signs are fixed. Starts at y = ±P z. Kingma
 * and Dhariwal (2018), eq. 10 to 11.
 */
public final class Lu implements AffineLayer {
  private final Permutation permutation;
  private final Signs signs;

  /** A map with this fixed permutation. */
  public Lu(Permutation permutation) {
    this(permutation, Signs.positive(permutation.dim()));
  }

  /** A map with this fixed permutation and fixed signs of the diagonal. */
  public Lu(Permutation permutation, Signs signs) {
    this.permutation = permutation;
    this.signs = signs.of("Lu", permutation.dim());
  }

  @Override
  public int dim() {
    return permutation.dim();
  }

  @Override
  public ParamLayout layout() {
    ParamLayout layout = ParamLayout.of("logDiagonal", Shape.of(dim()));
    if (dim() == 1) {
      return layout;
    }
    Shape strict = Shape.of(Matrices.strictSize(dim()));
    return layout.and("lower", strict).and("upper", strict);
  }

  @Override
  public Init init() {
    return Init.zeros();
  }

  @Override
  public Bijection bind(Values values) {
    Tensor logDiagonal = values.get("logDiagonal");
    boolean scalar = dim() == 1;
    Tensor ones = Arena.current().full(1, logDiagonal.shape());
    Tensor l = Matrices.lower(scalar ? ones : values.get("lower"), ones);
    Tensor u =
        Matrices.upper(scalar ? logDiagonal : values.get("upper"), signs.times(logDiagonal.exp()));
    Bijection order = permutation.bind(Values.empty());
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        Tensor y = order.forward(Matrices.times(l, Matrices.times(u, z))).value();
        return new Mapped(y, logDiagonal.sum(-1));
      }

      @Override
      public Mapped inverse(Tensor y) {
        Tensor column = order.inverse(y).value().unsqueeze(-1);
        Tensor z = u.solveUpper(l.solveLower(column)).squeeze(-1);
        return new Mapped(z, logDiagonal.sum(-1).negate());
      }
    };
  }
}
