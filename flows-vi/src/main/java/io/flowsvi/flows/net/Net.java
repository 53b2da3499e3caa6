package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Tensor;

/** A trainable function of vectors. */
public interface Net {
  /** The size of its input. */
  int inputs();

  /** The size of its output. */
  int outputs();

  /** x {@code [..., inputs]} to {@code [..., outputs]}. */
  Tensor apply(Tensor x);

  /**
   * This network and another behind it. Throws {@link io.flowsvi.ppl.tensor.ParameterException}
   * where sizes differ.
   */
  default Net then(Net next) {
    return new Composed(this, next);
  }

  /** One affine map: the head of a network. */
  static Net linear(ParamScope scope, int inputs, int outputs) {
    return Mlp.of(scope, Activation.TANH, inputs, outputs);
  }

  /** A fully connected network: tanh between, linear at the end. */
  static Net mlp(ParamScope scope, int... sizes) {
    return Mlp.of(scope, Activation.TANH, sizes);
  }
}
