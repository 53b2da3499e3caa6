package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * Log densities outside of a support: −∞, and no NaN in any gradient.
 *
 * <p>A formula that is not defined outside gets a {@link #limited} value there, and its result is
 * replaced.
 */
final class Inside {
  private Inside() {}

  /** 1 where x is a whole number, 0 or above. */
  static Tensor whole(Tensor x) {
    // |x| rounded down is x in no other case; an infinite x is its own, too, so it is excluded.
    return x.abs().floor().equalTo(x.minimum(Double.MAX_VALUE));
  }

  /** x inside, another value that is inside elsewhere. */
  static Tensor limited(Tensor inside, Tensor x, double instead) {
    return inside.select(x, instead);
  }

  /** The log density inside, −∞ elsewhere. */
  static Tensor density(Tensor inside, Tensor logDensity) {
    return inside.select(logDensity, Double.NEGATIVE_INFINITY);
  }

  /**
   * 0 inside, −∞ elsewhere: a summand for likelihoods, computed from the data alone and so next to
   * nothing beside what depends on the particles.
   */
  static Tensor log(Tensor inside) {
    return inside.log();
  }

  /**
   * x·log y, 0 where x is 0; the logarithm not taken is limited, so that its gradient is finite.
   */
  static Tensor xLogY(Tensor x, Tensor y) {
    return x.times(x.equalTo(0).select(Tensor.number(1), y).log());
  }
}
