package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Unconstrained values of latents.
 *
 * @param reals each {@code [S] + plate axes + realShape(event)}
 */
public record Assignment(Map<Latent, Tensor> reals) {
  /** Keeps the order. */
  public Assignment {
    reals = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(reals));
  }
}
