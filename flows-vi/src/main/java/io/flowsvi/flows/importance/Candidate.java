package io.flowsvi.flows.importance;

import io.flowsvi.ppl.tensor.Seed;

/** A distribution over unconstrained space that can be drawn from and knows its density. */
public interface Candidate {
  /** D. */
  int dim();

  /** n draws with their log density; the same for the same seed. */
  Cloud draw(Seed seed, int n);
}
