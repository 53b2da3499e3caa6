package io.flowsvi.flows.guide;

import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.tensor.Seed;

/**
 * Proposes unconstrained values of all latents and knows their log q.
 *
 * <p>Pure in its arguments and the parameters: the same seed gives the same proposal. Particle s
 * has the same noise however many particles there are.
 *
 * @param <D> the data it looks at; {@code Object} if it looks at none
 */
@FunctionalInterface
public interface Guide<D> {
  /** S particles; terms of log q are {@code [S] + plate axes}. */
  Proposal propose(Inputs in, D data, int particles, Seed seed);
}
