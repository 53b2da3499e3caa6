package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/** Formulas that keep their accuracy, and that of their gradients, in both tails. */
final class Tails {
  private static final double LOG_2 = Math.log(2);

  private Tails() {}

  /**
   * log(1 − e^−t) for t ≥ 0: by expm1 below log 2, by log1p above (Mächler 2012, eq. 7). Each
   * branch sees only its own side, so that the other's gradient stays finite.
   */
  static Tensor logOneMinusExp(Tensor t) {
    Tensor small = t.minimum(LOG_2).negate().expm1().negate().log();
    Tensor large = t.maximum(LOG_2).negate().exp().negate().log1p();
    return t.lessThan(LOG_2).select(small, large);
  }
}
