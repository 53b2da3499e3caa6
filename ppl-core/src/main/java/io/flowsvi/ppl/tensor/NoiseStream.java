package io.flowsvi.ppl.tensor;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * The noise of one place in a program that runs many times, each time below another root key: the
 * numbers of {@link Noise#draw} at {@link Seed#replay}, without making anything new.
 */
public final class NoiseStream {
  private final long[] trail;
  private final long[] rowIds;
  private final Shape shape;
  private final Generator generator = new Generator();
  private final Noise.Source source;
  private long high;
  private long low;

  /** For a key below a marked root. Throws {@link PplException} for other keys. */
  public NoiseStream(Noise noise, Seed key, Shape shape) {
    key.replay(Seed.of(0));
    this.trail = key.trail();
    this.rowIds = key.rowIds();
    this.shape = shape;
    this.source = noise.source(generator);
    if (rowIds != null) {
      key.rowsOf(shape);
    }
  }

  /**
   * Writes the noise of a run, given the two halves of its root key, for particles from {@code
   * first} on: what a longer array has there.
   */
  public void draw(long rootHigh, long rootLow, int first, double[] target) {
    int particles = shape.rank() == 0 ? 1 : shape.dim(0);
    int rows = rowIds == null ? 1 : rowIds.length;
    if (target.length == 0) {
      return;
    }
    high = rootHigh;
    low = rootLow;
    for (long n : trail) {
      fold(n);
    }
    long keyHigh = high;
    long keyLow = low;
    int each = target.length / particles / rows;
    for (int s = 0, at = 0; s < particles; s++) {
      for (int b = 0; b < rows; b++, at += each) {
        high = keyHigh;
        low = keyLow;
        if (rowIds != null) {
          fold(rowIds[b]);
        }
        fold(first + s);
        generator.open(high, low);
        source.fill(target, at, at + each);
      }
    }
  }

  private void fold(long n) {
    high = Seed.foldHigh(high, n);
    low = Seed.foldLow(low, high);
  }

  /**
   * The generator of {@link Seed#generator} that can be opened again: L64_X128_MIX (Steele and
   * Vigna 2021).
   */
  private static final class Generator implements UniformRandomProvider {
    private long add;
    private long linear;
    private long x0;
    private long x1;

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
}
