package io.flowsvi.ppl.assertions;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import org.apache.commons.rng.UniformRandomProvider;

/** Shapes that nobody chose: the same for the same key. */
public final class RandomShapes {
  private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 9, 13};

  private RandomShapes() {}

  /** One to three axes of 1 to 13, with at most so many elements. */
  public static Shape of(Seed key, int most) {
    return of(key.generator(), most);
  }

  /** The next one of a generator. */
  public static Shape of(UniformRandomProvider random, int most) {
    Shape shape = Shape.scalar();
    int rank = 1 + random.nextInt(3);
    for (int axis = 0; axis < rank; axis++) {
      int size = SIZES[random.nextInt(SIZES.length)];
      shape = shape.append(shape.size() * size > most ? 1 : size);
    }
    return shape;
  }
}
