package io.flowsvi.ppl.tensor;

import java.util.Map;
import java.util.Optional;

/**
 * Numbers by name: a {@link ParamLayout} filled with tensors.
 *
 * @param parts name to value; constants have the part's shape, amortised ones a batch in front
 */
public record Values(Map<String, Tensor> parts) {
  /** Copies the map. */
  public Values {
    parts = Map.copyOf(parts);
  }

  /** No numbers. */
  public static Values empty() {
    return new Values(Map.of());
  }

  /** The part of this name. */
  public Tensor get(String name) {
    Tensor part = parts.get(name);
    if (part == null) {
      throw new ParameterException(
          "No value named '" + name + "'; there are " + parts.keySet() + ".");
    }
    return part;
  }

  /** The context vector that {@link ParamLayout#context} asks for; empty for size 0. */
  public Optional<Tensor> context(int size) {
    return size == 0 ? Optional.empty() : Optional.of(get(ParamLayout.CONTEXT));
  }
}
