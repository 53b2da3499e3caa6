package io.flowsvi.flows.objective;

import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.model.Trace;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Every term of log p and log q of one run, with its plates and their scale.
 *
 * <p>Log weights are {@code [S]}, summed over plates and scaled. Where every latent sits in one and
 * the same plate they are {@code [S, B]}, one per row, neither summed nor scaled: then {@link
 * #total} multiplies by {@link #scale} while summing. Whoever sums over a plate scales.
 *
 * @param terms all terms: priors, likelihoods, factors and the guide's
 * @param pathLogQ the guide's terms with its parameters stopped
 * @param stoppedLogP the model's terms with its own parameters stopped
 */
public record Scores(
    List<Term> terms, Supplier<List<Term>> pathLogQ, Supplier<List<Term>> stoppedLogP) {
  /** Copies the list. */
  public Scores {
    terms = List.copyOf(terms);
  }

  /** The scores of a model's trace at a guide's proposal. */
  public static Scores of(Trace trace, Proposal proposal) {
    List<Term> all = new ArrayList<>(trace.terms());
    all.addAll(proposal.logQ());
    return new Scores(all, proposal.pathLogQ(), trace.stopped());
  }

  /** log p of data and latents in unconstrained space, {@code [S]} or {@code [S, B]}. */
  public Tensor logP() {
    return Terms.sum(guided(false), rowPlates());
  }

  /** log q of the latents, shaped as {@link #logP}. */
  public Tensor logQ() {
    return Terms.sum(guided(true), rowPlates());
  }

  /** log q with the guide's parameters stopped. Throws where the guide cannot score. */
  public Tensor stoppedLogQ() {
    return Terms.sum(pathLogQ.get(), rowPlates());
  }

  /** log p − log q. */
  public Tensor logWeights() {
    return logP().minus(logQ());
  }

  /** log p − log q with the guide's parameters stopped in log q: sticking the landing. */
  public Tensor pathLogWeights() {
    return logP().minus(stoppedLogQ());
  }

  /**
   * log p − log q with all parameters stopped in both: the gradient flows through the latents only.
   * Throws where the guide cannot score.
   */
  public Tensor latentLogWeights() {
    return Terms.sum(stoppedLogP.get(), rowPlates()).minus(stoppedLogQ());
  }

  /** The scaled sum of all terms of one kind, {@code [S]}: reconstruction and KL parts. */
  public Tensor sum(Term.Kind kind) {
    return Terms.sum(of(t -> t.kind() == kind));
  }

  /** The log likelihood of each row at one site, {@code [S] + plate axes}; never scaled. */
  public Tensor pointwise(Observed site) {
    return terms.stream()
        .filter(t -> t.kind() == Term.Kind.LIKELIHOOD && t.sites().contains(site))
        .findFirst()
        .orElseThrow(
            () ->
                new PplException(
                    "No likelihood at site '"
                        + site.name()
                        + "'; there are "
                        + of(t -> t.kind() == Term.Kind.LIKELIHOOD).stream()
                            .map(t -> t.sites().get(0).name())
                            .toList()
                        + "."))
        .logDensity();
  }

  /** What a sum over the rows of log weights {@code [S, B]} is multiplied by; 1 for {@code [S]}. */
  public double scale() {
    return rowPlates().isEmpty() ? 1 : rowPlates().get(0).scale();
  }

  /** Per-row numbers {@code [B]} summed and scaled to one; a scalar stays what it is. */
  public Tensor total(Tensor rows) {
    return rows.shape().rank() == 0 ? rows : rows.sum().times(scale());
  }

  /** The one plate that holds every latent and every other term, or none. */
  private List<Plate> rowPlates() {
    List<Plate> shared = List.of();
    for (Term term : terms) {
      if (term.kind() == Term.Kind.GUIDE) {
        if (term.plates().size() != 1 || !(shared.isEmpty() || shared.equals(term.plates()))) {
          return List.of();
        }
        shared = term.plates();
      }
    }
    for (Term term : terms) {
      if (!term.plates().containsAll(shared)) {
        return List.of();
      }
    }
    return shared;
  }

  private List<Term> guided(boolean wanted) {
    List<Term> found = new ArrayList<>();
    for (Term term : terms) {
      if ((term.kind() == Term.Kind.GUIDE) == wanted) {
        found.add(term);
      }
    }
    return found;
  }

  private List<Term> of(java.util.function.Predicate<Term> wanted) {
    return terms.stream().filter(wanted).toList();
  }
}
