package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;

/** A {@link Layer} whose inverse can be computed, at the price its Javadoc states. */
public interface BijectiveLayer extends Layer {
  @Override
  Bijection bind(Values values);
}
