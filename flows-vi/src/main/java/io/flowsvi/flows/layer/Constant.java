package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trainable constants: one parameter for each part of each layer.
 *
 * <p>Separate parameters cost nothing: the store keeps them in one flat vector, and an engine cuts
 * it in one operation.
 */
public final class Constant implements Conditioner {
  private final Chain chain;
  private final List<Map<String, Param>> layers;

  private Constant(Chain chain, List<Map<String, Param>> layers) {
    this.chain = chain;
    this.layers = layers;
  }

  /** Constants for every layer of a chain, started by the layers' own rules. */
  public static Constant of(Chain chain, ParamScope scope) {
    List<Map<String, Param>> layers = new ArrayList<>();
    for (int i = 0; i < chain.layers().size(); i++) {
      Layer layer = chain.layers().get(i);
      ParamScope place = scope.child(i + "-" + layer.name());
      ParamLayout layout = layer.layout();
      double[] start = new double[layout.size()];
      layer.init().fill(layout, place.seed(), start);
      Map<String, Param> parts = new LinkedHashMap<>();
      for (Slice slice : layout.slices()) {
        int end = slice.offset() + slice.shape().size();
        double[] own = Arrays.copyOfRange(start, slice.offset(), end);
        parts.put(slice.name(), place.param(slice.name(), slice.shape(), Init.of(own)));
      }
      layers.add(parts);
    }
    return new Constant(chain, layers);
  }

  @Override
  public Chain chain() {
    return chain;
  }

  /** The parameters of the i-th layer by name. */
  public Map<String, Param> params(int layer) {
    return Map.copyOf(layers.get(layer));
  }

  List<Values> values() {
    List<Values> values = new ArrayList<>(layers.size());
    for (Map<String, Param> parts : layers) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      parts.forEach((name, param) -> tensors.put(name, param.value()));
      values.add(new Values(tensors));
    }
    return values;
  }
}
