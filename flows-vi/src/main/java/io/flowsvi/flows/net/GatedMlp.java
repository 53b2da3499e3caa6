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

/**
 * A fully connected network whose units open and close: trunks of encoders and decoders.
 *
 * <p>Every layer is h = (W x + b) ⊙ σ(V x + c), the last one, too. Both halves are one matrix, so a
 * layer is one product. Weights start as normal numbers of variance 2/(inputs + outputs) (Glorot).
 * Tomczak and Welling (2016), section 3.1, after Dauphin et al. (2017).
 */
public final class GatedMlp implements Net {
  private final int[] sizes;
  private final List<Param> weights = new ArrayList<>();
  private final List<Param> biases = new ArrayList<>();

  private GatedMlp(ParamScope scope, int[] sizes) {
    this.sizes = sizes.clone();
    for (int i = 0; i + 1 < sizes.length; i++) {
      Init init = Init.normal(Math.sqrt(2.0 / (sizes[i] + sizes[i + 1])));
      weights.add(scope.param("w" + i, Shape.of(2 * sizes[i + 1], sizes[i]), init));
      biases.add(scope.param("b" + i, Shape.of(2 * sizes[i + 1]), Init.zeros()));
    }
  }

  /** Layers of these sizes, input first. */
  public static GatedMlp of(ParamScope scope, int... sizes) {
    if (sizes.length < 2) {
      throw new ParameterException(
          "A GatedMlp needs an input and an output size, got " + Arrays.toString(sizes) + ".");
    }
    return new GatedMlp(scope, sizes);
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
      Tensor both = h.affine(weights.get(i).value(), biases.get(i).value());
      List<Tensor> halves = both.split(-1, sizes[i + 1], sizes[i + 1]);
      h = halves.get(0).times(halves.get(1).sigmoid());
    }
    return h;
  }
}
