package io.flowsvi.flows.train;

/** A rule that turns gradients into steps downhill; itself without state, see {@link Moments}. */
public interface Optimizer {
  /** Its name, kept in checkpoints. */
  String name();

  /**
   * Moves the first {@code gradient.length} values one step of this rate. Values whose {@code
   * trained} is false stay as they are.
   */
  void update(Moments moments, double[] values, double[] gradient, boolean[] trained, double rate);
}
