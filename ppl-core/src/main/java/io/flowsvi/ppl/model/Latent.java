package io.flowsvi.ppl.model;

/**
 * A quantity to infer.
 *
 * @param name unique in a model
 */
public record Latent(String name) implements Site {
  /** Checks the name. */
  public Latent {
    SiteName.check(name);
  }

  /** The site of one turn of a loop: {@code name[i,j]}, indices as Stan counts, from 1. */
  public Latent at(int... index) {
    return new Latent(SiteName.at(name, index));
  }
}
