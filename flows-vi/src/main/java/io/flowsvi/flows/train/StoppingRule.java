package io.flowsvi.flows.train;

import java.util.List;

/** When a fit has come to its end, by its evaluations so far. */
public sealed interface StoppingRule permits Convergence, Patience {
  /** Whether evaluations, in order, show no further rise. */
  boolean reached(List<Evaluation> evaluations);
}
