package io.flowsvi.ppl.model;

import java.util.List;

/**
 * All terms of one scored run of a model.
 *
 * @param terms in the order of the model
 */
public record Trace(List<Term> terms) {
  /** Copies the list. */
  public Trace {
    terms = List.copyOf(terms);
  }
}
