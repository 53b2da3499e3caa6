package io.flowsvi.flows.importance;

/** A candidate that also knows its density at points it did not draw. */
public interface Scorable extends Candidate {
  /** log q of each point. */
  double[] logDensity(double[] points);
}
