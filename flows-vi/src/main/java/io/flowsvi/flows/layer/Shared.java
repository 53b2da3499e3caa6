package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Transform;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Several layers in a row that read the same numbers: one context vector h for all masked layers of
 * an IAF, as in Kingma et al. (2016), algorithm 1.
 *
 * <p>f = f_K(·; h) ∘ … ∘ f_1(·; h); log|det| is the sum of theirs. To a conditioner it is one layer
 * that needs h once. Layers without numbers, such as {@link Reverse}, may stand in between; all
 * others must need the same. Forward only. z is {@code [..., D]}, the log-det {@code [...]}.
 */
public final class Shared implements Layer {
  private final List<Layer> layers;
  private final Layer first;

  private Shared(List<Layer> layers, Layer first) {
    this.layers = layers;
    this.first = first;
  }

  /**
   * Layers in their order. Throws {@link LayerException} unless they work on the same dimensions
   * and need the same numbers.
   */
  public static Shared of(List<? extends Layer> layers) {
    Chain chain = layers.isEmpty() ? Chain.of(0) : Chain.of(layers.get(0).dim());
    Layer first = null;
    for (Layer layer : layers) {
      chain = chain.then(layer);
      if (layer.layout().size() > 0) {
        first = first == null ? layer : first;
        same(first, layer);
      }
    }
    if (first == null) {
      throw new LayerException(
          "None of the layers " + chain.describe() + " needs numbers: there is nothing to share.");
    }
    return new Shared(List.copyOf(layers), first);
  }

  private static void same(Layer first, Layer layer) {
    if (!layer.layout().equals(first.layout())) {
      throw new LayerException(
          "Layers that share numbers must need the same: '"
              + first.name()
              + "' needs "
              + first.layout()
              + ", '"
              + layer.name()
              + "' "
              + layer.layout()
              + ".");
    }
  }

  @Override
  public int dim() {
    return first.dim();
  }

  @Override
  public ParamLayout layout() {
    return first.layout();
  }

  @Override
  public Init init() {
    return first.init();
  }

  @Override
  public Transform bind(Values values) {
    List<Values> each = Collections.nCopies(layers.size(), values);
    return z -> Run.forward(layers, each, z);
  }

  /** Its layers in brackets: their names say more than its own. */
  @Override
  public String name() {
    return layers.stream().map(Layer::name).collect(Collectors.joining(", ", "Shared[", "]"));
  }
}
