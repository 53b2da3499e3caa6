package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/** Formulas that keep their accuracy, and that of their gradients, in both tails. */
final class Tails {
  private static final double LOG_2 = Math.log(2);
  private static final int NEWTON_STEPS = 7;

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

  /** log(e^a + e^b). */
  static Tensor logSumExp(Tensor a, Tensor b) {
    return a.maximum(b).plus(a.minus(b).abs().negate().exp().log1p());
  }

  /**
   * The standard normal quantile Φ⁻¹(p) by log p, to full accuracy for p below ½.
   *
   * <p>There log Φ is concave, so that Newton's steps from the left, x₀ = −√(−2 log p), rise to the
   * root without overshooting. The last step alone carries the gradient: dx = Φ/φ d log p.
   */
  static Tensor normalQuantile(Tensor logP) {
    Tensor lower = logP.minimum(-LOG_2);
    Tensor fixed = lower.stopGradient();
    Tensor x = fixed.times(-2).sqrt().negate();
    for (int i = 0; i < NEWTON_STEPS; i++) {
      x = newton(x, fixed);
    }
    Tensor tail = newton(x.stopGradient(), lower);
    Tensor p = logP.maximum(-LOG_2).exp();
    Tensor rest = p.times(2).minus(1).erfInverse().times(Math.sqrt(2));
    return logP.lessThan(-LOG_2).select(tail, rest);
  }

  private static Tensor newton(Tensor x, Tensor logP) {
    Tensor logCdf = x.logNormalCdf();
    Tensor inverseSlope = x.square().times(0.5).plus(Arguments.HALF_LOG_2PI).plus(logCdf).exp();
    return x.minus(logCdf.minus(logP).times(inverseSlope));
  }
}
