package io.flowsvi.ppl.model;

/**
 * A free term of the log density.
 *
 * @param name unique in a model
 */
public record Factor(String name) implements Site {
  /** Checks the name. */
  public Factor {
    SiteName.check(name);
  }

  /** The site of one turn of a loop: {@code name[i,j]}, indices as Stan counts, from 1. */
  public Factor at(int... index) {
    return new Factor(SiteName.at(name, index));
  }
}
