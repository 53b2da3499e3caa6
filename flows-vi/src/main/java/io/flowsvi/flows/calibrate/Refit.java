package io.flowsvi.flows.calibrate;

import io.flowsvi.flows.train.ModelDraws;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.tensor.Session;

/**
 * A way of fitting, to be calibrated.
 *
 * @param <D> the model's data
 */
@FunctionalInterface
public interface Refit<D> {
  /** Fits a model to its data in a session whose seed is its own. */
  ModelDraws fit(Session session, Model<D> model, D data);
}
