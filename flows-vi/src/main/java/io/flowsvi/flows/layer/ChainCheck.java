package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/** Checks what is put together with a chain, and names both sides. */
final class ChainCheck {
  private ChainCheck() {}

  /** Numbers must be those of this chain, or of one that needs just the same; the base its size. */
  static void serves(Chain chain, Conditioner numbers, Flow base) {
    if (!layouts(numbers.chain()).equals(layouts(chain))) {
      throw new LayerException(
          "These numbers were made for the chain "
              + describe(numbers.chain())
              + ", but are used with the chain "
              + describe(chain)
              + ". Make them with "
              + numbers.getClass().getSimpleName()
              + ".of and the chain they are used with.");
    }
    if (!base.eventShape().equals(Shape.of(chain.dim()))) {
      throw new LayerException(
          "The base has events of shape "
              + base.eventShape()
              + ", but the chain "
              + describe(chain)
              + " works on "
              + chain.dim()
              + " dimensions. Likely fix: StandardNormal.of("
              + chain.dim()
              + ").");
    }
  }

  private static String describe(Chain chain) {
    return chain.layers().isEmpty() ? "without layers" : chain.describe();
  }

  private static List<ParamLayout> layouts(Chain chain) {
    return chain.layers().stream().map(Layer::layout).toList();
  }

  /** A value's last axis is the event: of another size it would broadcast to nonsense. */
  static void takes(List<? extends Layer> layers, Tensor x) {
    if (layers.isEmpty()) {
      return;
    }
    Layer first = layers.get(0);
    if (x.shape().rank() == 0 || x.shape().dim(-1) != first.dim()) {
      throw new LayerException(
          "A chain on "
              + first.dim()
              + " dimensions, of which the first layer is '"
              + first.name()
              + "', got a value of shape "
              + x.shape()
              + ": its last axis must have size "
              + first.dim()
              + ".");
    }
  }

  static void fits(Chain chain, Layer layer) {
    if (layer.dim() == chain.dim()) {
      return;
    }
    int n = chain.layers().size();
    String before =
        n == 0
            ? "the chain on " + chain.dim()
            : "layer " + n + " '" + chain.layers().get(n - 1).name() + "' on " + chain.dim();
    throw new LayerException(
        "Layer "
            + (n + 1)
            + " '"
            + layer.name()
            + "' works on "
            + layer.dim()
            + " dimensions, but "
            + before
            + ". Chain: "
            + (n == 0 ? "" : chain.describe() + " -> ")
            + layer.name()
            + "("
            + layer.dim()
            + ").");
  }
}
