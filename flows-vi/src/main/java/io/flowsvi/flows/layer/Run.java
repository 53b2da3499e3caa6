package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/** Runs a value through layers and adds up their log-determinants. */
final class Run {
  private Run() {}

  static Mapped forward(List<? extends Layer> layers, List<Values> values, Tensor x) {
    ChainCheck.takes(layers, x);
    Tensor value = x;
    Tensor logDet = Tensor.number(0);
    for (int i = 0; i < layers.size(); i++) {
      Mapped mapped = layers.get(i).bind(values.get(i)).forward(value);
      value = mapped.value();
      logDet = logDet.plus(mapped.logDet());
    }
    return new Mapped(value, logDet);
  }

  static Mapped inverse(List<BijectiveLayer> layers, List<Values> values, Tensor y) {
    ChainCheck.takes(layers, y);
    Tensor value = y;
    Tensor logDet = Tensor.number(0);
    for (int i = layers.size() - 1; i >= 0; i--) {
      Bijection bijection = layers.get(i).bind(values.get(i));
      Mapped mapped = bijection.inverse(value);
      value = mapped.value();
      logDet = logDet.plus(mapped.logDet());
    }
    return new Mapped(value, logDet);
  }
}
