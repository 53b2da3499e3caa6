package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Map;

/**
 * A general linear map as an orthogonal matrix of reflections and an upper triangle.
 *
 * <p>y = Q R z, Q a product of T reflections (see {@link Householder}), R with diagonal ±e^s;
 * log|det| = Σ s. z is {@code [..., D]}. Both directions cost D² + TD. The signs are fixed. Starts
 * near the identity for even T, or {@link #random}. Hoogeboom, van den Berg and Welling (2019),
 * section 3.3.
 */
public final class Qr implements AffineLayer {
  private final int dim;
  private final int reflections;
  private final Signs signs;
  private final boolean paired;

  private Qr(int dim, int reflections, Signs signs, boolean paired) {
    if (reflections < 1) {
      throw new LayerException("Qr needs at least 1 reflection, got " + reflections + ".");
    }
    this.dim = dim;
    this.reflections = reflections;
    this.signs = signs.of("Qr", dim);
    this.paired = paired;
  }

  /**
   * T reflections on D dimensions, in pairs that nearly cancel at the start; a positive diagonal.
   */
  public Qr(int dim, int reflections) {
    this(dim, reflections, Signs.positive(dim), true);
  }

  /** D random reflections at the start, and fixed signs: every invertible matrix is in reach. */
  public static Qr random(Signs signs) {
    return new Qr(signs.dim(), signs.dim(), signs, false);
  }

  @Override
  public int dim() {
    return dim;
  }

  private Householder orthogonal() {
    return new Householder(dim, reflections);
  }

  @Override
  public ParamLayout layout() {
    ParamLayout layout =
        ParamLayout.of("v", Shape.of(reflections, dim)).and("logDiagonal", Shape.of(dim));
    return dim == 1 ? layout : layout.and("upper", Shape.of(Matrices.strictSize(dim)));
  }

  @Override
  public Init init() {
    return (layout, seed, values) -> {
      Slice v = layout.slice("v");
      double[] own = new double[v.shape().size()];
      Init reflected = paired ? orthogonal().init() : Init.normal(1);
      reflected.fill(orthogonal().layout(), seed, own);
      System.arraycopy(own, 0, values, v.offset(), own.length);
    };
  }

  @Override
  public Bijection bind(Values values) {
    Tensor logDiagonal = values.get("logDiagonal");
    Tensor r =
        Matrices.upper(
            dim == 1 ? logDiagonal : values.get("upper"), signs.times(logDiagonal.exp()));
    Bijection q = orthogonal().bind(new Values(Map.of("v", values.get("v"))));
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return new Mapped(q.forward(Matrices.times(r, z)).value(), logDiagonal.sum(-1));
      }

      @Override
      public Mapped inverse(Tensor y) {
        Tensor z = r.solveUpper(q.inverse(y).value().unsqueeze(-1)).squeeze(-1);
        return new Mapped(z, logDiagonal.sum(-1).negate());
      }
    };
  }
}
