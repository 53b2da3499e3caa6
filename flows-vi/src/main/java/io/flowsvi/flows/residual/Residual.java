package io.flowsvi.flows.residual;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Layer;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Transform;
import java.util.Optional;

/**
 * Adds a contraction to the identity: every coordinate moves with every other, and the map stays
 * invertible.
 *
 * <p>f(x) = x + g(x), ‖g(x) − g(y)‖ ≤ L‖x − y‖, L &lt; 1; log|det| = log det(I + J), J = ∂g/∂x, by
 * D tangents in one product each and a determinant: exact, D passes, for D up to about 64. x is
 * {@code [..., D]}, the log-det {@code [...]}. Forward is one pass besides; the inverse is a fixed
 * point, hence a {@link Layer}: {@link #withFixedPointInverse()} says so. The slope of f is between
 * 1 − L and 1 + L in every direction: take several, or a scale behind. The weights are the layer's
 * own; the layout is the context only, where there is one. Starts at the identity. Behrmann,
 * Grathwohl, Chen, Duvenaud and Jacobsen (2019), eq. 1 to 4.
 */
public final class Residual implements Layer {
  private final Contraction g;

  /** A layer of this network. */
  public Residual(Contraction g) {
    this.g = g;
  }

  /** A layer of a new network with these settings. */
  public static Residual of(int dim, ContractionSettings settings, ParamScope scope) {
    return new Residual(Contraction.of(scope, dim, settings));
  }

  @Override
  public int dim() {
    return g.dim();
  }

  @Override
  public ParamLayout layout() {
    return g.context() == 0
        ? ParamLayout.empty()
        : ParamLayout.of("context", Shape.of(g.context()));
  }

  @Override
  public Transform bind(Values values) {
    return map(values);
  }

  /**
   * This layer with its inverse at a tolerance of 1e-4 before polishing: see {@link
   * #withFixedPointInverse(double)}.
   */
  public BijectiveLayer withFixedPointInverse() {
    return withFixedPointInverse(ResidualMap.TOLERANCE);
  }

  /**
   * This layer with its inverse. x ← y − g(x) from x = y, as often as brings it within the
   * tolerance times ‖g(y)‖ of the fixed point for certain: n with Lⁿ ≤ tolerance·(1 − L), 33 for L
   * = 0.73 and 1e-4; each is a pass of the network. Then three Newton steps of D tangents each,
   * which square what error is left; the last carries the gradient of the implicit function.
   */
  public BijectiveLayer withFixedPointInverse(double tolerance) {
    return new FixedPoint(this, ResidualMap.iterations(g.lipschitz(), tolerance));
  }

  private ResidualMap map(Values values) {
    return map(values, 0);
  }

  private ResidualMap map(Values values, int iterations) {
    Optional<Tensor> context =
        g.context() == 0 ? Optional.empty() : Optional.of(values.get("context"));
    return new ResidualMap(g.bind(context), iterations);
  }

  private record FixedPoint(Residual layer, int iterations) implements BijectiveLayer {
    @Override
    public int dim() {
      return layer.dim();
    }

    @Override
    public ParamLayout layout() {
      return layer.layout();
    }

    @Override
    public String name() {
      return layer.name();
    }

    @Override
    public Bijection bind(Values values) {
      return layer.map(values, iterations);
    }
  }
}
