package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;

/**
 * Finite numbers with probability on single points: observed, never proposed by a guide.
 *
 * <p>Censored measurements and point masses live here: they have no density with respect to length,
 * so that no latent can have them as a prior.
 */
public final class Recorded implements Support.Discrete {
  /** The only one. */
  public static final Recorded INSTANCE = new Recorded();

  private Recorded() {}

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!Double.isFinite(v)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String name() {
    return "recorded numbers, points among them with probability of their own";
  }
}
