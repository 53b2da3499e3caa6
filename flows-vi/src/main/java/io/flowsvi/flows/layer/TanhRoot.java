package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * The root p of p + k tanh p = q, k &gt; −1: what stands in the way of a planar or Sylvester
 * layer's inverse. The root is constant for the gradient; whoever needs one adds a last Newton step
 * whose residual is differentiable, which is the implicit function theorem.
 *
 * <p>A fixed number of Newton steps, without a safeguard, and sure to converge. The left side is
 * odd, so let q ≥ 0, hence p ≥ 0. There it is concave for k &gt; 0 and convex for k &lt; 0;
 * Newton's steps then rise to the root from any lower bound, and fall to it from any upper bound.
 * As tanh p ≤ min(p, 1), q/(1 + k) and q − k are lower bounds for k &gt; 0 and, for k &lt; 0, upper
 * ones P; for k near −1 these are far off, but there p − tanh p ≥ p³/(3 + 6p²/5) (the continued
 * fraction of tanh) gives p³ ≤ (3 + 6P²/5) q/|k|.
 */
final class TanhRoot {
  /**
   * Steps to the last digit for k ≤ 3, counted on a grid of 1 + k from 1e-14 and q from 1e-12 to
   * 1e7.
   */
  static final int STEPS_BELOW_3 = 6;

  /** Likewise for k up to 1e6: each step adds ½ to p, and p is near ½ log k at worst. */
  static final int STEPS_BELOW_MILLION = 16;

  /** Keeps k that rounding made −1 from 0/0; representable in single precision. */
  static final double SMALLEST_SLOPE = 1e-16;

  private TanhRoot() {}

  /** k and q broadcast; the result has no gradient. */
  static Tensor solve(Tensor coefficient, Tensor target, int steps) {
    Tensor k = coefficient.stopGradient();
    Tensor signed = target.stopGradient();
    Tensor q = signed.abs();
    Tensor rise = k.plus(1).maximum(SMALLEST_SLOPE);
    Tensor p = start(k, q, rise);
    for (int i = 0; i < steps; i++) {
      Tensor h = p.tanh();
      Tensor residual = p.plus(k.times(h)).minus(q);
      p = p.minus(residual.over(slope(k, rise, h)));
    }
    return p.times(signed.sign());
  }

  private static Tensor start(Tensor k, Tensor q, Tensor rise) {
    Tensor linear = q.over(rise);
    Tensor shifted = q.minus(k);
    Tensor upper = linear.minimum(shifted);
    Tensor negative = k.negate().maximum(SMALLEST_SLOPE);
    Tensor cube = upper.square().times(1.2).plus(3).times(q).over(negative);
    Tensor below = upper.minimum(cube.maximum(0).pow(1.0 / 3));
    return k.greaterThan(0).select(linear.maximum(shifted), below);
  }

  /** 1 + k(1 − h²), h = tanh p, without loss for k near −1 and h near 0. */
  private static Tensor slope(Tensor k, Tensor rise, Tensor h) {
    return rise.minus(k.times(h.square())).maximum(SMALLEST_SLOPE);
  }
}
