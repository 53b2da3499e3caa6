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

  // Written out: what a record has by itself takes a cold JVM 30 ms when it is first used.
  @Override
  public boolean equals(Object other) {
    return other instanceof Latent latent && latent.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }
}
