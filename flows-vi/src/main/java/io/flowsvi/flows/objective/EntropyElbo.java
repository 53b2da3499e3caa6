package io.flowsvi.flows.objective;

import io.flowsvi.flows.guide.EntropyGuide;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Objects;

/**
 * The evidence lower bound with the exact entropy of the guide in place of draws of −log q.
 *
 * <p>E_q[log p(x, z)] + H(q): less noise far from the posterior than the ELBO, more than {@link
 * PathGradientElbo} near it. Needs a guide of known entropy, checked at compile time. Kucukelbir et
 * al. (2017), eq. 8.
 */
public final class EntropyElbo implements Objective {
  private final EntropyGuide guide;
  private final int particles;

  /** For this guide, with so many particles a step. */
  public EntropyElbo(EntropyGuide guide, int particles) {
    this.guide = Objects.requireNonNull(guide, "guide");
    Elbo.check(particles);
    this.particles = particles;
  }

  @Override
  public int particles() {
    return particles;
  }

  @Override
  public boolean averagesParticles() {
    return true;
  }

  @Override
  public Tensor loss(Scores scores, Tensor temperature) {
    return scores.logP().mean().plus(guide.entropy()).negate();
  }

  @Override
  public String toString() {
    return "EntropyElbo[particles=" + particles + "]";
  }
}
