package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * A small network on images that keeps their height and width: 3×3, 1×1 and 3×3 convolutions with
 * activations between.
 *
 * <p>x {@code [..., inputs, H, W]} to {@code [..., outputs, H, W]}; zeros around the image. Weights
 * start as normal numbers of variance 1/inputs of a unit, the last convolution at 0, so that the
 * untrained network gives 0. The network of Kingma and Dhariwal (2018), section 3.3.
 */
public final class ConvolutionNet {
  private static final int SIDE = 3;

  private final int inputs;
  private final int outputs;
  private final Activation activation;
  private final Param[] weights;
  private final Param[] biases;

  private ConvolutionNet(
      ParamScope scope, Activation activation, int inputs, int hidden, int outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.activation = activation;
    int[] sizes = {inputs, hidden, hidden, outputs};
    int[] sides = {SIDE, 1, SIDE};
    this.weights = new Param[sides.length];
    this.biases = new Param[sides.length];
    for (int i = 0; i < sides.length; i++) {
      int fan = sizes[i] * sides[i] * sides[i];
      boolean last = i == sides.length - 1;
      Init init = last ? Init.zeros() : Init.normal(1 / Math.sqrt(fan));
      Shape shape = Shape.of(sizes[i + 1], sizes[i], sides[i], sides[i]);
      weights[i] = scope.param("w" + i, shape, init);
      biases[i] = scope.param("b" + i, Shape.of(sizes[i + 1], 1, 1), Init.zeros());
    }
  }

  /** From channels to channels, with this many hidden ones. */
  public static ConvolutionNet of(
      ParamScope scope, Activation activation, int inputs, int hidden, int outputs) {
    if (inputs < 1 || hidden < 1 || outputs < 1) {
      throw new ParameterException(
          "ConvolutionNet '"
              + scope.prefix()
              + "' needs at least 1 input, hidden and output channel, got "
              + inputs
              + ", "
              + hidden
              + " and "
              + outputs
              + ".");
    }
    return new ConvolutionNet(scope, activation, inputs, hidden, outputs);
  }

  /** How many channels it takes. */
  public int inputs() {
    return inputs;
  }

  /** How many channels it gives. */
  public int outputs() {
    return outputs;
  }

  /** x {@code [..., inputs, H, W]} to {@code [..., outputs, H, W]}. */
  public Tensor apply(Tensor x) {
    Tensor h = x;
    for (int i = 0; i < weights.length; i++) {
      int padding = weights[i].shape().dim(-1) / 2;
      h = h.convolve(weights[i].value(), 1, padding).plus(biases[i].value());
      h = i + 1 < weights.length ? activation.apply(h) : h;
    }
    return h;
  }
}
