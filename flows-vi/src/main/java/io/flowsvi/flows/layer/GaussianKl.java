package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Conditional;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/**
 * The exact KL part of an amortised Gaussian: noise through affine layers, against a standard
 * normal.
 *
 * <p>For z = A ε + m: KL = ½ (‖A‖² + ‖m‖² − D) − log|det A|, one number a row. m and the columns of
 * A are images of 0 and of the unit vectors, so any chain of {@link AffineLayer}s will do:
 * diagonal, Householder (Tomczak and Welling 2016), linear triangular (Tomczak and Welling 2017).
 * Costs D + 1 draws through the chain.
 */
public final class GaussianKl {
  private GaussianKl() {}

  /**
   * From a context {@code [B, C]} to the divergence of each row {@code [B]}. Throws {@link
   * LayerException} naming the first layer that is not affine.
   */
  public static Conditional<Tensor> toStandardNormal(Network numbers) {
    Chain chain = numbers.chain();
    for (Layer layer : chain.layers()) {
      if (!(layer instanceof AffineLayer)) {
        throw new LayerException(
            "The exact KL part needs a chain of affine layers, but '"
                + layer.name()
                + "' in "
                + chain.describe()
                + " is not one. Likely fix: take an objective that draws it.");
      }
    }
    return context -> of(chain.layers(), chain.dim(), numbers.values(context), context);
  }

  private static Tensor of(List<? extends Layer> layers, int dim, List<Values> values, Tensor c) {
    int rows = c.shape().dim(0);
    double[] points = new double[(dim + 1) * dim];
    for (int j = 0; j < dim; j++) {
      points[(j + 1) * dim + j] = 1;
    }
    Tensor start =
        Arena.current()
            .tensor(points, Shape.of(dim + 1, 1, dim))
            .expand(Shape.of(dim + 1, rows, dim));
    Mapped mapped = Run.forward(layers, values, start);
    Tensor mean = mapped.value().slice(0, 0, 1);
    Tensor columns = mapped.value().slice(0, 1, dim + 1).minus(mean);
    Tensor squares = columns.square().sum(0, -1).plus(mean.square().sum(0, -1));
    Tensor logDet = mapped.logDet().expand(Shape.of(dim + 1, rows)).at(0, 0);
    return squares.minus(dim).times(0.5).minus(logDet);
  }
}
