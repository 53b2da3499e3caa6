package io.flowsvi.flows.objective;

import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The evidence lower bound with a KL part that is switched on slowly: latents are used before they
 * are made to look like their prior.
 *
 * <p>E_q[log p(x | z)] − β KL(q‖p), β rising from {@code start} to 1 along {@code warmSteps} steps;
 * from then on it is the ELBO. While β &lt; 1 it may exceed the evidence. Factors count as
 * likelihood. Works with any guide. Bowman et al. (2016), section 3.1; Sønderby et al. (2016).
 *
 * @param particles how many draws a step averages
 * @param warmSteps until β = 1
 * @param start β in the first step, in [0, 1]
 */
public record AnnealedElbo(int particles, long warmSteps, double start) implements Objective {
  /** Checks the values. */
  public AnnealedElbo {
    Elbo.check(particles);
    if (warmSteps < 0) {
      throw new PplException(
          "AnnealedElbo: warmSteps must not be negative, got " + warmSteps + ".");
    }
    if (!(start >= 0 && start <= 1)) {
      throw new PplException("AnnealedElbo: start must be in [0, 1], got " + start + ".");
    }
  }

  @Override
  public double temperature(long step) {
    return step >= warmSteps ? 1 : start + (1 - start) * step / warmSteps;
  }

  @Override
  public boolean averagesParticles() {
    return true;
  }

  @Override
  public Tensor loss(Scores scores, Tensor temperature) {
    Tensor fit = scores.sum(Term.Kind.LIKELIHOOD).plus(scores.sum(Term.Kind.FACTOR));
    Tensor kl = scores.sum(Term.Kind.GUIDE).minus(scores.sum(Term.Kind.PRIOR));
    return kl.times(temperature).minus(fit).mean();
  }
}
