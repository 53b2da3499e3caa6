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
    if (numbers.chain() != chain && !layouts(numbers.chain()).equals(layouts(chain))) {
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
      readsTheSameImage(chain, layer);
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

  /** Layers without an image in between leave it as it is. */
  private static void readsTheSameImage(Chain chain, Layer layer) {
    Shape wanted = layer.inputShape();
    for (int i = chain.layers().size() - 1; i >= 0 && wanted.rank() == 3; i--) {
      Shape left = chain.layers().get(i).outputShape();
      if (left.equals(wanted)) {
        return;
      }
      if (left.rank() == 3) {
        throw new LayerException(
            "Layer "
                + (chain.layers().size() + 1)
                + " '"
                + layer.name()
                + "' reads images of "
                + wanted
                + ", but layer "
                + (i + 1)
                + " '"
                + chain.layers().get(i).name()
                + "' leaves images of "
                + left
                + " (channels, height, width).");
      }
    }
  }
}
