package io.flowsvi.flows.objective;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The evidence lower bound, with the total gradient.
 *
 * <p>ELBO = E_q[log p(x, z) − log q(z)] ≤ log p(x), estimated by a mean over particles; the
 * gradient goes through the values and through log q. Works with any guide.
 *
 * @param particles how many draws a step averages
 */
public record Elbo(int particles) implements Objective {
  /** Checks the number. */
  public Elbo {
    check(particles);
  }

  static void check(int particles) {
    if (particles < 1) {
      throw new PplException("An ELBO needs at least 1 particle, got " + particles + ".");
    }
  }

  @Override
  public boolean averagesParticles() {
    return true;
  }

  @Override
  public Tensor loss(Scores scores, Tensor temperature) {
    return scores.total(scores.logWeights().mean(0)).negate();
  }
}
