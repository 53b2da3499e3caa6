package io.flowsvi.ppl.tensor.eager;

import ai.djl.pytorch.engine.PtNDArray;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Native leaves over one flat copy of the parameters, a gradient array each: joined to one leaf,
 * their gradients would be copied together once more.
 */
record TorchLeaves(TorchEngine engine, List<PtNDArray> leaves, List<Tensor> parts)
    implements Engine.Leaves {
  @Override
  public Tensor get(int i) {
    return parts.get(i);
  }

  @Override
  public void addGradient(double[] gradient) {
    int at = 0;
    for (int i = 0; i < leaves.size(); i++) {
      engine.addGradient(leaves.get(i), gradient, at);
      at += parts.get(i).shape().size();
    }
  }
}
