package io.flowsvi.ppl.model;

/**
 * Data under a likelihood.
 *
 * @param name unique in a model
 */
public record Observed(String name) implements Site {
  /** Checks the name. */
  public Observed {
    SiteName.check(name);
  }

  /** The site of one turn of a loop: {@code name[i,j]}, indices as Stan counts, from 1. */
  public Observed at(int... index) {
    return new Observed(SiteName.at(name, index));
  }
}
