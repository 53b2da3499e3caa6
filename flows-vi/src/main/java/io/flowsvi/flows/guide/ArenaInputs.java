package io.flowsvi.flows.guide;

import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Data for a guide: as they are, laid on no plate. */
public final class ArenaInputs implements Inputs {
  /** Data of the current arena. */
  public ArenaInputs() {}

  @Override
  public Tensor data(double[] values, Shape shape) {
    return Arena.current().tensor(values, shape);
  }

  @Override
  public Tensor data(float[] values, Shape shape) {
    return Arena.current().tensor(values, shape);
  }

  @Override
  public Tensor data(int[] values, Shape shape) {
    return Arena.current().index(values, shape);
  }
}
