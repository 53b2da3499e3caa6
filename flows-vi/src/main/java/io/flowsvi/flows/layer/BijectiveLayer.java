package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import java.util.function.Function;

/** A {@link Layer} whose inverse can be computed, at the price its Javadoc states. */
public interface BijectiveLayer extends Layer {
  @Override
  Bijection bind(Values values);

  /** A one-way layer with an inverse besides: the same numbers, start and name. */
  static BijectiveLayer of(Layer layer, Function<Values, ? extends Bijection> map) {
    return new WithInverse(layer, map);
  }
}
