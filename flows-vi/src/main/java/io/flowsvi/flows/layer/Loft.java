package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Log soft extension: the identity up to a threshold, logarithmic beyond, so that no draw of a deep
 * chain is thrown far away.
 *
 * <p>With r = |z|: y = sign(z)(log(max(r − t, 0) + 1) + min(r, t)); log|det| = −Σ log(max(r − t, 0)
 * + 1). z is {@code [..., D]}. Both directions cost D; there are no numbers to train. Andrade
 * (2024), eq. 6.
 *
 * @param dim D
 * @param threshold t, positive
 */
public record Loft(int dim, double threshold) implements BijectiveLayer {
  /** Checks the threshold. */
  public Loft {
    if (!(threshold > 0)) {
      throw new LayerException("Loft: the threshold must be positive, got " + threshold + ".");
    }
  }

  @Override
  public ParamLayout layout() {
    return ParamLayout.empty();
  }

  @Override
  public Bijection bind(Values values) {
    return new Elementwise(
        z -> {
          Tensor r = z.abs();
          Tensor beyond = r.minus(threshold).maximum(0).log1p();
          return new Mapped(z.sign().times(beyond.plus(r.minimum(threshold))), beyond.negate());
        },
        y -> {
          Tensor r = y.abs();
          Tensor beyond = r.minus(threshold).maximum(0);
          return new Mapped(y.sign().times(beyond.expm1().plus(r.minimum(threshold))), beyond);
        });
  }
}
