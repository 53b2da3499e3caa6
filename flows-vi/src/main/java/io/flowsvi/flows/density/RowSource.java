package io.flowsvi.flows.density;

import io.flowsvi.ppl.tensor.Seed;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * A table of numbers of which a fit reads a batch at a time: in memory ({@link Rows}), or on disk
 * ({@link MappedRows}) where it is too large for that.
 */
public interface RowSource {
  /** Numbers in a row. */
  int columns();

  /** How many rows there are. */
  int count();

  /** The rows of these numbers (from 0), in their order, as a fresh array. */
  double[] pick(int... numbers);

  /** The row numbers in an order of the seed. */
  default int[] order(Seed seed) {
    return new PermutationSampler(seed.generator(), count(), count()).sample();
  }

  /** A number that changes with any number of the table: tells whether a fit goes on with it. */
  default long digest() {
    long hash = 0xcbf29ce484222325L;
    for (int row = 0; row < count(); row++) {
      for (double value : pick(row)) {
        // FNV-1a over words, with a shift so that high bits reach low ones.
        hash = (hash ^ Double.doubleToLongBits(value)) * 0x100000001b3L;
        hash ^= hash >>> 29;
      }
    }
    return hash;
  }
}
