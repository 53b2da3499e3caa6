package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.product.Kernel;

/**
 * A kernel of doubles on floats: its inputs are widened first, and its result is rounded. It must
 * not know arrays again, as those that look at data once do: it gets the same ones in every run.
 */
final class Widened implements io.flowsvi.ppl.product.single.Kernel {
  private final Kernel kernel;
  private final double[][] inputs;
  private final double[] result;

  /** A kernel that computes a node. */
  Widened(Kernel kernel, Node node) {
    this.kernel = kernel;
    inputs = new double[node.inputs().size()][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = new double[node.inputs().get(i).shape().size()];
    }
    result = new double[node.shape().size()];
  }

  @Override
  public void run(float[][] in, float[] out) {
    for (int k = 0; k < inputs.length; k++) {
      for (int i = 0; i < inputs[k].length; i++) {
        inputs[k][i] = in[k][i];
      }
    }
    kernel.run(inputs, result);
    for (int i = 0; i < result.length; i++) {
      out[i] = (float) result[i];
    }
  }
}
