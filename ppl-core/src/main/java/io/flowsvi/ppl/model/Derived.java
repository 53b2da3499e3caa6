package io.flowsvi.ppl.model;

/**
 * A named function of latents: computed, not sampled.
 *
 * @param name unique in a model
 */
public record Derived(String name) implements Site {
  /** Checks the name. */
  public Derived {
    SiteName.check(name);
  }

  /** The site of one turn of a loop: {@code name[i,j]}, indices as Stan counts, from 1. */
  public Derived at(int... index) {
    return new Derived(SiteName.at(name, index));
  }
}
