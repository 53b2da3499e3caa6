package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.Seed;

/**
 * One evaluation of the loss and its gradient: eager now; a recorded or compiled one has the same
 * contract and agrees to 1e-8.
 *
 * @param <D> a batch
 */
interface Step<D> {
  /**
   * The loss at the store's present values, with the noise of {@code key.fold(number)}; finds its
   * gradient, too.
   */
  double run(D batch, Seed key, long number, double temperature);

  /** The gradient that the last run found, until the next one; it may be scaled in place. */
  double[] gradient();
}
