package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Session;

/** A flow some of whose numbers can start from data; fits call it before their first step. */
public interface StartsFromData {
  /** Starts them from rows {@code [N, D]}, if they still are as they were made. */
  void startFrom(Session session, double[] rows);
}
