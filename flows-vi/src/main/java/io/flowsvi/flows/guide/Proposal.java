package io.flowsvi.flows.guide;

import io.flowsvi.ppl.model.Assignment;
import io.flowsvi.ppl.model.Term;
import java.util.List;
import java.util.function.Supplier;

/**
 * Proposed values and their log density.
 *
 * @param values unconstrained, one tensor per latent
 * @param logQ the terms of log q, of kind GUIDE, each with its plates
 * @param pathLogQ the same numbers, with the guide's parameters stopped: the gradient flows through
 *     the values only. Computed when asked for; a guide that cannot score throws
 */
public record Proposal(Assignment values, List<Term> logQ, Supplier<List<Term>> pathLogQ) {
  /** Copies the list. */
  public Proposal {
    logQ = List.copyOf(logQ);
  }
}
