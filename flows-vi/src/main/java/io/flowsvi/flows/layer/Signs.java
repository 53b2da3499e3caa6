package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Fixed signs of a diagonal whose sizes are trained: ±1 each, since a number that crosses 0 on its
 * way would pass a map without inverse.
 */
public final class Signs {
  private final double[] signs;

  private Signs(double[] signs) {
    this.signs = signs;
  }

  /** All positive. */
  public static Signs positive(int dim) {
    double[] signs = new double[dim];
    Arrays.fill(signs, 1);
    return new Signs(signs);
  }

  /** Each positive or negative with probability one half. */
  public static Signs random(int dim, Seed seed) {
    UniformRandomProvider random = seed.generator();
    double[] signs = new double[dim];
    Arrays.setAll(signs, i -> random.nextBoolean() ? 1 : -1);
    return new Signs(signs);
  }

  /** How many there are. */
  public int dim() {
    return signs.length;
  }

  /** A positive diagonal {@code [..., D]} with these signs. */
  public Tensor times(Tensor diagonal) {
    for (double sign : signs) {
      if (sign < 0) {
        return diagonal.times(Arena.current().fixed(signs, Shape.of(signs.length)));
      }
    }
    return diagonal;
  }

  /** These, if there are as many as a layer needs. */
  Signs of(String layer, int dim) {
    if (signs.length != dim) {
      throw new LayerException(
          layer + " on " + dim + " dimensions needs as many signs, got " + signs.length + ".");
    }
    return this;
  }
}
