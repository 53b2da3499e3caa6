package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import java.util.function.Function;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * The data of each step; pure in the step, so that a fit can be continued anywhere.
 *
 * @param <D> the model's data: plain Java
 */
@FunctionalInterface
public interface Batches<D> {
  /** The batch of a step, counted from 0: the same one whenever it is asked for. */
  D batch(long step);

  /** How many consecutive batches together hold all the data; unknown is Integer.MAX_VALUE. */
  default int perEpoch() {
    return Integer.MAX_VALUE;
  }

  /** All the data in every step. */
  static <D> Batches<D> full(D data) {
    return new Batches<>() {
      @Override
      public D batch(long step) {
        return data;
      }

      @Override
      public int perEpoch() {
        return 1;
      }
    };
  }

  /**
   * Batches of {@code size} rows out of {@code rows}, in a new order every epoch; {@code cut} makes
   * the data of a batch from its row ids. The last batch of an epoch has the rows that remain.
   */
  static <D> Batches<D> shuffled(int rows, int size, Seed seed, Function<int[], D> cut) {
    if (size < 1 || rows < size) {
      throw new PplException(
          "Batches of "
              + size
              + " rows out of "
              + rows
              + ": the size must be between 1 and the rows.");
    }
    int perEpoch = (rows + size - 1) / size;
    return new Batches<>() {
      @Override
      public D batch(long step) {
        UniformRandomProvider random = seed.fold(step / perEpoch).generator();
        int[] order = new PermutationSampler(random, rows, rows).sample();
        int from = (int) (step % perEpoch) * size;
        return cut.apply(Arrays.copyOfRange(order, from, Math.min(rows, from + size)));
      }

      @Override
      public int perEpoch() {
        return perEpoch;
      }
    };
  }
}
