package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Skewness and tail weight for each coordinate.
 *
 * <p>y = sinh(δ asinh z + ε); log|det| = Σ log δ + log cosh(δ asinh z + ε) − ½ log(1 + z²), δ = e^d
 * &gt; 0. δ &lt; 1 makes lighter, δ &gt; 1 heavier tails; ε skews. z is {@code [..., D]}. Both
 * directions cost D. Starts at δ = 1, ε = 0: the identity. Jones and Pewsey (2009), eq. 1.
 *
 * @param dim D
 */
public record SinhArcsinh(int dim) implements BijectiveLayer {
  @Override
  public ParamLayout layout() {
    return ParamLayout.of("epsilon", Shape.of(dim)).and("logDelta", Shape.of(dim));
  }

  @Override
  public Bijection bind(Values values) {
    Tensor epsilon = values.get("epsilon");
    Tensor logDelta = values.get("logDelta");
    return new Elementwise(
        z -> {
          Tensor inner = logDelta.exp().times(z.asinh()).plus(epsilon);
          return new Mapped(inner.sinh(), logDelta.plus(logCosh(inner)).minus(halfLog(z)));
        },
        y -> {
          Tensor outer = y.asinh();
          Tensor z = outer.minus(epsilon).over(logDelta.exp()).sinh();
          Tensor slope = halfLog(z).minus(logDelta).minus(logCosh(outer));
          return new Mapped(z, slope);
        });
  }

  /** log cosh x = |x| + log(1 + e^−2|x|) − log 2, which does not overflow. */
  private static Tensor logCosh(Tensor x) {
    Tensor a = x.abs();
    return a.plus(a.times(-2).exp().log1p()).minus(Math.log(2));
  }

  /** ½ log(1 + z²) = log cosh(asinh z). */
  private static Tensor halfLog(Tensor z) {
    return logCosh(z.asinh());
  }
}
