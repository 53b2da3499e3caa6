package io.flowsvi.flows.objective;

import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The evidence lower bound with the path gradient: sticking the landing.
 *
 * <p>The value is the ELBO's; log q is taken at the proposed values with the guide's parameters
 * stopped, which drops the score term of mean zero. At q = p the gradient has no variance. Needs a
 * guide that scores, checked at compile time. Roeder, Wu and Duvenaud (2017), eq. 4.
 */
public final class PathGradientElbo implements Objective {
  private final int particles;

  /** For this guide, with so many particles a step. */
  public PathGradientElbo(ScorableGuide<?> guide, int particles) {
    java.util.Objects.requireNonNull(guide, "guide");
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
    return scores.total(scores.pathLogWeights().mean(0)).negate();
  }

  @Override
  public String toString() {
    return "PathGradientElbo[particles=" + particles + "]";
  }
}
