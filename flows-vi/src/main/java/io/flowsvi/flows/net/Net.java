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

  /** A fully connected network: tanh between, linear at the end. */
  static Net mlp(ParamScope scope, int... sizes) {
    return Mlp.of(scope, Activation.TANH, sizes);
  }
}
