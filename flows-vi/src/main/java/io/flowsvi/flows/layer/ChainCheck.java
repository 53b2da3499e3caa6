package io.flowsvi.flows.layer;

/** Checks a layer against the chain it joins, and names both sides. */
final class ChainCheck {
  private ChainCheck() {}

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
