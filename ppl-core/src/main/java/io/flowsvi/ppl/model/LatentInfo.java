package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Shape;
import java.util.List;

/**
 * What discovery learnt of one latent.
 *
 * @param site the latent
 * @param plates the plates it is in, outer to inner
 * @param plateShape its sizes on all plate axes of the model, 1 where it is not in one
 * @param event the shape of one value
 * @param real the shape of the reals behind one value
 * @param offset where its reals start in the flat unconstrained vector of the model
 * @param support the support's name, for messages and exports
 */
public record LatentInfo(
    Latent site,
    List<Plate> plates,
    Shape plateShape,
    Shape event,
    Shape real,
    int offset,
    String support) {
  /** How many reals all of them have. */
  static int size(List<LatentInfo> latents) {
    int size = 0;
    for (LatentInfo latent : latents) {
      size += latent.size();
    }
    return size;
  }

  /** How many reals it has: plates times {@code real}. */
  public int size() {
    return plateShape.size() * real.size();
  }
}
