package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.Seed;
import org.apache.commons.rng.UniformRandomProvider;

/** Spreads counted data uniformly over their cells (dequantisation). */
final class Cells {
  private Cells() {}

  /** Adds noise between 0 and a width to every number, in place; nothing for width 0. */
  static double[] spread(double[] values, double width, Seed seed) {
    if (width > 0) {
      UniformRandomProvider random = seed.generator();
      for (int i = 0; i < values.length; i++) {
        values[i] += width * random.nextDouble();
      }
    }
    return values;
  }
}
