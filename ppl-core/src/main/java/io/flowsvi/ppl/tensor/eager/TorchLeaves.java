package io.flowsvi.ppl.tensor.eager;

import ai.djl.pytorch.engine.PtNDArray;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/** One flat native leaf and the views cut from it: one gradient array for all parameters. */
record TorchLeaves(TorchEngine engine, PtNDArray leaf, List<Tensor> parts)
    implements Engine.Leaves {
  @Override
  public Tensor get(int i) {
    return parts.get(i);
  }

  @Override
  public void addGradient(double[] gradient) {
    engine.addGradient(leaf, gradient);
  }
}
