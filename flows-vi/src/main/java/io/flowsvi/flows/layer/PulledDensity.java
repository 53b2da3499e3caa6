package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Density;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;
import java.util.function.Supplier;

/** Data through one-way layers to a base: a density that cannot be sampled. */
record PulledDensity(List<Layer> layers, Supplier<List<Values>> numbers, Flow base)
    implements Density {
  @Override
  public Shape eventShape() {
    return base.eventShape();
  }

  @Override
  public Tensor logProb(Tensor value) {
    Mapped pulled = Run.forward(layers, numbers.get(), value);
    return base.logProb(pulled.value()).plus(pulled.logDet());
  }
}
