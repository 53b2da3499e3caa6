package io.flowsvi.flows.density;

import io.flowsvi.flows.optimize.Moments;
import io.flowsvi.ppl.tensor.Seed;

/** One step of a maximum-likelihood fit: the loss of a batch and its gradient, then a move. */
interface DensityStep {
  /**
   * The loss of n rows on the standard scale; its gradient is kept for the move.
   *
   * @param key of the epoch's noise
   * @param batch its number in the epoch: the noise's key is {@code key.fold(batch)}
   */
  double loss(double[] rows, int n, Seed key, long batch);

  /** ‖g‖ of the gradient kept. */
  double norm();

  /** Moves the parameters along a share of the gradient kept. */
  void move(Moments moments, double share, double rate);
}
