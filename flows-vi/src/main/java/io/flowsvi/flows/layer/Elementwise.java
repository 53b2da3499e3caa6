package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import io.flowsvi.ppl.transform.Transform;

/**
 * A bijection that treats each coordinate by itself.
 *
 * @param there x to y; its log-det is the log slope of each element
 * @param back y to x, likewise
 */
record Elementwise(Transform there, Transform back) implements Bijection {
  @Override
  public Mapped forward(Tensor x) {
    return summed(there.forward(x));
  }

  @Override
  public Mapped inverse(Tensor y) {
    return summed(back.forward(y));
  }

  private static Mapped summed(Mapped each) {
    return new Mapped(each.value(), each.logDet().sum(-1));
  }
}
