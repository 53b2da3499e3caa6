package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Tensor;

/** Puts harmless values where data are missing, so that neither densities nor gradients see NaN. */
final class Missing {
  private Missing() {}

  /** The value where present, else a point inside the support of the likelihood. */
  static Tensor filled(Distribution likelihood, Tensor value, Tensor present) {
    Tensor mask = present;
    for (int i = 0; i < likelihood.eventShape().rank(); i++) {
      mask = mask.unsqueeze(-1);
    }
    return mask.select(value, inside(likelihood));
  }

  private static Tensor inside(Distribution likelihood) {
    if (likelihood.support() instanceof Support.Continuous continuous) {
      return continuous
          .toEvent(Arena.current().zeros(continuous.realShape(likelihood.eventShape())))
          .value();
    }
    return Tensor.number(0);
  }
}
