package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/** Puts the coordinates in another fixed order: y_i = z_{order[i]}; log|det| = 0. */
public final class Permutation implements AffineLayer {
  private final int[] order;
  private final int[] back;

  private Permutation(int[] order) {
    this.order = order.clone();
    this.back = new int[order.length];
    Arrays.fill(back, -1);
    for (int i = 0; i < order.length; i++) {
      if (order[i] < 0 || order[i] >= order.length || back[order[i]] >= 0) {
        throw new LayerException(
            "Permutation needs each of 0 to "
                + (order.length - 1)
                + " once, got "
                + Arrays.toString(order)
                + ".");
      }
      back[order[i]] = i;
    }
  }

  /** In this order. */
  public static Permutation of(int... order) {
    return new Permutation(order);
  }

  /** Turned on by so many places: y_i = z_{i + by}, beginning again after the last. */
  public static Permutation rotation(int dim, int by) {
    int[] order = new int[dim];
    Arrays.setAll(order, i -> Math.floorMod(i + by, dim));
    return new Permutation(order);
  }

  /** In a random order of the seed (Fisher–Yates). */
  public static Permutation random(int dim, Seed seed) {
    int[] order = new int[dim];
    UniformRandomProvider random = seed.generator();
    for (int i = 0; i < dim; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return new Permutation(order);
  }

  /** The order. */
  public int[] order() {
    return order.clone();
  }

  @Override
  public int dim() {
    return order.length;
  }

  @Override
  public ParamLayout layout() {
    return ParamLayout.empty();
  }

  @Override
  public Bijection bind(Values values) {
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return new Mapped(take(z, order), Tensor.number(0));
      }

      @Override
      public Mapped inverse(Tensor y) {
        return new Mapped(take(y, back), Tensor.number(0));
      }
    };
  }

  private static Tensor take(Tensor x, int[] index) {
    return x.gather(-1, Arena.current().index(index, Shape.of(index.length)));
  }
}
