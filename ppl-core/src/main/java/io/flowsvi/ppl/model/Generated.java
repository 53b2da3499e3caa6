package io.flowsvi.ppl.model;

/**
 * A quantity simulated in predictive runs only.
 *
 * @param name unique in a model
 */
public record Generated(String name) implements Site {
  /** Checks the name. */
  public Generated {
    SiteName.check(name);
  }

  /** The site of one turn of a loop: {@code name[i,j]}, indices as Stan counts, from 1. */
  public Generated at(int... index) {
    return new Generated(SiteName.at(name, index));
  }
}
