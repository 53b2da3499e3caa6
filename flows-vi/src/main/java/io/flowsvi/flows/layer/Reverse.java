package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Reverses the order of the coordinates, so that the next autoregressive layer sees them the other
 * way round; log|det| = 0. Both directions cost D.
 *
 * @param dim D
 */
public record Reverse(int dim) implements AffineLayer {
  @Override
  public ParamLayout layout() {
    return ParamLayout.empty();
  }

  @Override
  public Bijection bind(Values values) {
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return new Mapped(z.flip(-1), Tensor.number(0));
      }

      @Override
      public Mapped inverse(Tensor y) {
        return forward(y);
      }
    };
  }
}
