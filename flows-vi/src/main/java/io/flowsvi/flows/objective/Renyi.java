package io.flowsvi.flows.objective;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The variational Rényi bound: between covering the posterior and seeking its mode.
 *
 * <p>L_α = 1/(1 − α) log E_q[w^{1−α}], w = p(x, z)/q(z), by a mean over particles. It falls in α: α
 * = 0 is the importance-weighted bound, α → 1 the ELBO, above 1 it seeks modes more than the ELBO.
 * Never above log p(x) for α ≥ 0. Works with any guide. Li and Turner (2016), eq. 14.
 *
 * @param alpha α: not negative, and not 1
 * @param particles how many draws a step weighs
 */
public record Renyi(double alpha, int particles) implements Objective {
  /** Checks the values. */
  public Renyi {
    if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY) || alpha == 1) {
      throw new PplException(
          "Renyi: alpha must be at least 0, finite and not 1, got "
              + alpha
              + (alpha == 1 ? ". Likely fix: alpha = 1 is the Elbo." : "."));
    }
    Elbo.check(particles);
  }

  @Override
  public Tensor loss(Scores scores, Tensor temperature) {
    Tensor powers = scores.logWeights().times(1 - alpha);
    Tensor logMean = powers.logSumExp(0).minus(Math.log(particles));
    return scores.total(logMean.over(1 - alpha)).negate();
  }
}
