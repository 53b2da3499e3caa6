package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A fully connected network; weights start as normal numbers of variance 1/inputs (LeCun). */
public final class Mlp implements Net {
  private final int[] sizes;
  private final Activation activation;
  private final List<Param> weights = new ArrayList<>();
  private final List<Param> biases = new ArrayList<>();

  private Mlp(ParamScope scope, Activation activation, int[] sizes) {
    this.sizes = sizes.clone();
    this.activation = activation;
    for (int i = 0; i + 1 < sizes.length; i++) {
      Init init = Init.normal(1 / Math.sqrt(Math.max(1, sizes[i])));
      weights.add(scope.param("w" + i, Shape.of(sizes[i + 1], sizes[i]), init));
      biases.add(scope.param("b" + i, Shape.of(sizes[i + 1]), Init.zeros()));
    }
  }

  /** Layers of these sizes, input first. */
  public static Mlp of(ParamScope scope, Activation activation, int... sizes) {
    if (sizes.length < 2) {
      throw new ParameterException(
          "An Mlp needs an input and an output size, got " + Arrays.toString(sizes) + ".");
    }
    return new Mlp(scope, activation, sizes);
  }

  @Override
  public int inputs() {
    return sizes[0];
  }

  @Override
  public int outputs() {
    return sizes[sizes.length - 1];
  }

  @Override
  public Tensor apply(Tensor x) {
    Tensor h = x;
    for (int i = 0; i < weights.size(); i++) {
      h = h.affine(weights.get(i).value(), biases.get(i).value());
      h = i + 1 < weights.size() ? activation.apply(h) : h;
    }
    return h;
  }
}
