package io.flowsvi.flows.residual;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.EstimatedLayer;
import io.flowsvi.flows.layer.Layer;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Transform;

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
  /** As in the paper: half of the steps end at each term. */
  private static final double SMALLEST_SURVIVAL = 0.5;

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
    return ParamLayout.context(g.context());
  }

  @Override
  public Transform bind(Values values) {
    return map(values, 0);
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
    int iterations = ResidualMap.iterations(g.lipschitz(), tolerance);
    return BijectiveLayer.of(this, values -> map(values, iterations));
  }

  /**
   * This layer trained by an unbiased estimate of its log-determinant: exactTerms terms of the
   * trace series, then a random number of more (Russian roulette), each continued to with
   * probability max(½, L). A pass a term instead of D: for large D. The number of terms is a draw
   * of its own at every step. Chen, Behrmann, Duvenaud and Jacobsen (2019), eq. 6; 2 exact terms
   * there in training.
   */
  public EstimatedLayer roulette(int exactTerms) {
    check(exactTerms);
    double survival = Math.max(SMALLEST_SURVIVAL, g.lipschitz());
    return new TraceSeries(this, TraceSeries.roulette(exactTerms, survival));
  }

  /**
   * This layer trained by the first terms of the trace series only, as in i-ResNet: an estimate
   * whose mean is off by at most {@link #bias}, and no more passes than terms.
   */
  public EstimatedLayer truncated(int terms) {
    check(terms);
    return new TraceSeries(this, TraceSeries.truncated(terms));
  }

  /**
   * How far the mean of a series of so many terms can be from the log-determinant: D(−log(1 − L) −
   * Σ_{k≤n} Lᵏ/k). Behrmann et al. (2019), theorem 3.
   */
  public double bias(int terms) {
    double rest = -Math.log1p(-g.lipschitz());
    for (int k = 1; k <= terms; k++) {
      rest -= Math.pow(g.lipschitz(), k) / k;
    }
    return dim() * rest;
  }

  private static void check(int terms) {
    if (terms < 1) {
      throw new LayerException(
          "A series of traces needs at least 1 term, got "
              + terms
              + ": with none, nothing trains.");
    }
  }

  BoundContraction network(Values values) {
    return g.bind(values.context(g.context()));
  }

  private ResidualMap map(Values values, int iterations) {
    return new ResidualMap(network(values), iterations);
  }
}
