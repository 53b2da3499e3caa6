package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of the log density that depends on discrete latents.
 *
 * @param site whose density it is
 * @param density {@code [K...] + [S] + plates}; with {@code + [T]} if it has one row per step of a
 *     chain
 * @param plates outer to inner
 * @param steps 1 if the last axis is a chain's steps, else 0
 * @param scored the observed sites in it
 */
record Potential(Site site, Tensor density, List<Plate> plates, int steps, List<Observed> scored) {
  /** Copies the lists. */
  Potential {
    plates = List.copyOf(plates);
    scored = List.copyOf(scored);
  }

  /**
   * How many axes stand left of the particles, where {@code base} axes are particles and plates.
   */
  int extra(int base) {
    return density.shape().rank() - base - steps;
  }

  /** Whether it depends on a latent. */
  boolean uses(Enumerated latent, int base) {
    int at = extra(base) - 1 - latent.axis();
    return at >= 0 && density.shape().dim(at) != 1;
  }

  /** Those of these latents that it depends on. */
  List<Enumerated> used(List<Enumerated> latents, int base) {
    List<Enumerated> found = new ArrayList<>();
    for (Enumerated latent : latents) {
      if (uses(latent, base)) {
        found.add(latent);
      }
    }
    return found;
  }

  /** Sizes on the axes left of the particles. */
  static Shape head(Tensor density, int base) {
    return density.shape().leading(density.shape().rank() - base);
  }
}
