package io.flowsvi.flows.importance;

/**
 * Points of unconstrained space with the density they were proposed with.
 *
 * @param points row-major {@code [N, D]}
 * @param logQ of each
 */
public record Cloud(double[] points, double[] logQ) {
  /** N. */
  public int size() {
    return logQ.length;
  }
}
