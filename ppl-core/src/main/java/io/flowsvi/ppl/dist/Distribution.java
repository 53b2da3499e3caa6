package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/** What a model may sample or observe. */
public interface Distribution extends Density {
  /** Where its values lie. */
  Support support();

  /**
   * Draws of shape {@code [batch + event]}; parameters must broadcast to the batch. The first batch
   * axis is the particle axis of the noise, see {@link Seed#fill}.
   */
  Tensor sample(Seed seed, Shape batch);

  /** The parameters with their rules, for checks and messages. */
  List<Argument> arguments();

  /** The name users know it by, for messages and pictures. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** The last batch dimensions, of these sizes, become part of one event: densities are summed. */
  default Distribution event(int... shape) {
    return shape.length == 0 ? this : new Event(this, Shape.of(shape));
  }
}
