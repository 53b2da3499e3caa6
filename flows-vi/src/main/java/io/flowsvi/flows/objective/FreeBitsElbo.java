package io.flowsvi.flows.objective;

import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The evidence lower bound that leaves each group of latents a few nats of information for free: a
 * guide against posterior collapse.
 *
 * <p>E_q[log p(x | z)] − Σ_g max(λ N_g, KL_g) ≤ ELBO. A group is what one term of log q covers: the
 * latent of an amortised guide, the sites of a block; N_g is the full number of rows in its plates,
 * so λ is in nats per row, averaged over the batch before the maximum is taken. Factors count as
 * likelihood. Works with any guide. Kingma et al. (2016), eq. 15.
 *
 * @param particles how many draws a step averages
 * @param nats λ, not negative
 */
public record FreeBitsElbo(int particles, double nats) implements Objective {
  /** Checks the values. */
  public FreeBitsElbo {
    Elbo.check(particles);
    if (!(nats >= 0 && nats < Double.POSITIVE_INFINITY)) {
      throw new PplException(
          "FreeBitsElbo: nats must be finite and not negative, got " + nats + ".");
    }
  }

  @Override
  public Tensor loss(Scores scores, Tensor temperature) {
    Tensor loss =
        scores.sum(Term.Kind.LIKELIHOOD).plus(scores.sum(Term.Kind.FACTOR)).mean().negate();
    for (Term own : scores.terms()) {
      if (own.kind() == Term.Kind.GUIDE) {
        List<Term> priors = new ArrayList<>();
        for (Term term : scores.terms()) {
          if (term.kind() == Term.Kind.PRIOR && own.sites().containsAll(term.sites())) {
            priors.add(term);
          }
        }
        Tensor kl = Terms.sum(List.of(own)).minus(Terms.sum(priors)).mean();
        loss = loss.plus(kl.maximum(nats * rows(own.plates())));
      }
    }
    return loss;
  }

  private static double rows(List<Plate> plates) {
    return plates.stream().mapToDouble(p -> p.size() * p.scale()).reduce(1, (a, b) -> a * b);
  }
}
