package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Session;

/** A flow some of whose numbers are statistics of data; fits call it after each epoch. */
public interface SettlesOnData {
  /** Whether any of its numbers are. */
  boolean settles();

  /** Counts them anew on rows {@code [N, D]}. */
  void settle(Session session, double[] rows);
}
