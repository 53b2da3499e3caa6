package io.flowsvi.flows.family;

import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamScope;

/** A recipe for a density on vectors: a prior, or a fit to data. */
@FunctionalInterface
public interface PriorFamily {
  /** A flow on {@code dim} dimensions, cheap to score, with its parameters in the scope. */
  Flow build(int dim, ParamScope scope);

  /**
   * The same flow as maximum likelihood trains it: by estimates, with penalties or a quicker solver
   * where the family has them.
   */
  default EstimatedFlow trained(int dim, ParamScope scope) {
    return EstimatedFlow.of(build(dim, scope));
  }

  /** The learning rate to begin a fit to data with, of AdamW on standardised rows. */
  default double learningRate() {
    return 2e-3;
  }
}
