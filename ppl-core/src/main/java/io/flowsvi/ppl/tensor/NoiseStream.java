package io.flowsvi.ppl.tensor;

/**
 * The noise of one place in a program that runs many times, each time below another root key: the
 * numbers of {@link Noise#draw} at {@link Seed#replay}, without making anything new.
 */
public final class NoiseStream {
  private final long[] trail;
  private final long[] rowIds;
  private final Shape shape;
  private final KeyedGenerator generator = new KeyedGenerator();
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
}
