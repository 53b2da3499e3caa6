package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Another slope on the negative side of each coordinate.
 *
 * <p>y = z where z ≥ 0, αz below; log|det| = Σ_{z&lt;0} log α, α = e^a &gt; 0. z is {@code [...,
 * D]}. Both directions cost D. Starts at α = 1: the identity.
 *
 * @param dim D
 */
public record LeakyRelu(int dim) implements BijectiveLayer {
  @Override
  public ParamLayout layout() {
    return ParamLayout.of("logSlope", Shape.of(dim));
  }

  @Override
  public Bijection bind(Values values) {
    Tensor logSlope = values.get("logSlope");
    return new Elementwise(z -> bend(z, logSlope), y -> bend(y, logSlope.negate()));
  }

  private static Mapped bend(Tensor x, Tensor logSlope) {
    Tensor log = x.lessThan(0).select(logSlope, 0);
    return new Mapped(x.times(log.exp()), log);
  }
}
