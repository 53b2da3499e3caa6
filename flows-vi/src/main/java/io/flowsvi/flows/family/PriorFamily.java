package io.flowsvi.flows.family;

import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamScope;

/** A recipe for a density on vectors: a prior, or a fit to data. */
@FunctionalInterface
public interface PriorFamily {
  /** A flow on {@code dim} dimensions, cheap to score, with its parameters in the scope. */
  Flow build(int dim, ParamScope scope);
}
