package io.flowsvi.ppl.model;

import java.util.List;
import java.util.function.Supplier;

/**
 * All terms of one scored run of a model.
 *
 * @param terms in the order of the model
 * @param stopped the same numbers with the model's own parameters stopped: the gradient flows
 *     through the latents only. Runs the model again when asked for, unless it reads no parameter
 */
public record Trace(List<Term> terms, Supplier<List<Term>> stopped) {
  /** Copies the list. */
  public Trace {
    terms = List.copyOf(terms);
  }
}
