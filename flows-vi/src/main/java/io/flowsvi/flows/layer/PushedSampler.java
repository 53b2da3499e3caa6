package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Sampler;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Base noise through one-way layers: draws that know their density, and nothing else. */
record PushedSampler(List<Layer> layers, Supplier<List<Values>> numbers, Flow base)
    implements Sampler {
  @Override
  public Shape eventShape() {
    return base.eventShape();
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    Draw start = base.draw(seed, batch);
    Mapped pushed = Run.forward(layers, numbers.get(), start.value());
    return new Draw(pushed.value(), start.logProb().minus(pushed.logDet()));
  }

  @Override
  public String toString() {
    return layers.stream()
        .map(l -> l.name() + "(" + l.dim() + ")")
        .collect(Collectors.joining(" -> ", "pushforward of ", ""));
  }
}
