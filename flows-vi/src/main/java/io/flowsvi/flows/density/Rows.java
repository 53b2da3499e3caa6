package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * A table of numbers, one observation a row.
 *
 * @param values row by row; not copied, since data may be large: do not change it afterwards
 * @param columns numbers in a row
 */
public record Rows(double[] values, int columns) {
  /** Checks the sizes and that every number is finite. */
  public Rows {
    if (columns < 1 || values.length % columns != 0) {
      throw new PplException(
          values.length + " numbers are no whole rows of " + columns + " columns.");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new PplException(
            "Row "
                + (i / columns + 1)
                + ", column "
                + (i % columns + 1)
                + " is "
                + values[i]
                + ". Likely fix: drop the row, or fill it in.");
      }
    }
  }

  /** How many rows there are. */
  public int count() {
    return values.length / columns;
  }

  /** The rows of these numbers, in their order. */
  public double[] pick(int... numbers) {
    double[] picked = new double[numbers.length * columns];
    for (int i = 0; i < numbers.length; i++) {
      System.arraycopy(values, numbers[i] * columns, picked, i * columns, columns);
    }
    return picked;
  }

  /** These rows with uniform noise between 0 and a width added to every number. */
  Rows spread(double width, Seed seed) {
    if (width == 0) {
      return this;
    }
    UniformRandomProvider random = seed.generator();
    double[] spread = values.clone();
    for (int i = 0; i < spread.length; i++) {
      spread[i] += width * random.nextDouble();
    }
    return new Rows(spread, columns);
  }

  /** The row numbers in an order of the seed. */
  int[] order(Seed seed) {
    return new PermutationSampler(seed.generator(), count(), count()).sample();
  }
}
