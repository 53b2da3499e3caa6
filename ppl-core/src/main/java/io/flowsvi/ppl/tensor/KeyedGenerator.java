package io.flowsvi.ppl.tensor;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * The longs and doubles of {@link Seed#generator} from a generator that can be opened again, and
 * whose one class a cold JVM loads sooner than a dozen: L64_X128_MIX (Steele and Vigna 2021).
 */
final class KeyedGenerator implements UniformRandomProvider {
  private long add;
  private long linear;
  private long x0;
  private long x1;

  /** Starts the sequence of a key. */
  void open(long high, long low) {
    add = high | 1;
    linear = low;
    x0 = Seed.mix(high ^ low);
    x1 = Seed.mix(low + 2 * Seed.GOLDEN) | 1;
  }

  @Override
  public long nextLong() {
    long s0 = x0;
    long z = linear + s0;
    z = (z ^ (z >>> 32)) * 0xdaba0b6eb09322e3L;
    z = (z ^ (z >>> 32)) * 0xdaba0b6eb09322e3L;
    z ^= z >>> 32;
    linear = 0xd1342543de82ef95L * linear + add;
    long s1 = x1 ^ s0;
    x0 = Long.rotateLeft(s0, 24) ^ s1 ^ (s1 << 16);
    x1 = Long.rotateLeft(s1, 37);
    return z;
  }
}
