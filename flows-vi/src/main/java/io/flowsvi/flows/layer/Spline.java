package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;

/**
 * A monotone rational-quadratic spline for each coordinate, the identity outside [−B, B].
 *
 * <p>Formulas in {@code RationalQuadratic}; log|det| is the sum of the log slopes. z is {@code
 * [..., D]}. Both directions cost DK. Bins and slopes are kept above 1e-3 whatever the numbers;
 * zeros are the identity, where it starts. Durkan, Bekasov, Murray and Papamakarios (2019).
 *
 * @param dim D
 * @param bins K
 * @param bound B, positive
 */
public record Spline(int dim, int bins, double bound) implements BijectiveLayer {
  /** Checks the sizes. */
  public Spline {
    if (bins < 2 || !(bound > 0)) {
      throw new LayerException(
          "Spline needs at least 2 bins and a positive bound, got " + bins + " and " + bound + ".");
    }
  }

  @Override
  public ParamLayout layout() {
    return ParamLayout.of("raw", Shape.of(dim, RationalQuadratic.size(bins)));
  }

  @Override
  public Bijection bind(Values values) {
    RationalQuadratic spline = RationalQuadratic.of(values.get("raw"), bins, bound);
    return new Elementwise(spline::forward, spline::inverse);
  }
}
