package io.flowsvi.ppl.tensor;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.core.source64.L64X128Mix;

/**
 * A key of randomness: what is drawn depends on the key, never on what was drawn before.
 *
 * <p>Keys are derived by {@link #fold}: {@code session.seed().fold("svi").fold(step).fold("eta")}.
 * Each key opens a generator of its own (L64_X128_MIX of commons-rng). {@link #rows} gives each row
 * of a plate its own key, so that a row's noise is the same in every batch.
 */
public final class Seed {
  static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private final long high;
  private final long low;
  private final long[] rowIds;
  private final long[] trail;

  private Seed(long high, long low, long[] rowIds, long[] trail) {
    this.high = high;
    this.low = low;
    this.rowIds = rowIds;
    this.trail = trail;
  }

  /** The root key of a seed. */
  public static Seed of(long seed) {
    return new Seed(mix(seed), mix(seed + GOLDEN), null, null);
  }

  /** The key of these 128 bits: one that was written down by {@link #high} and {@link #low}. */
  public static Seed of(long high, long low) {
    return new Seed(high, low, null, null);
  }

  /** The first half of the key. */
  public long high() {
    return high;
  }

  /** The second half of the key. */
  public long low() {
    return low;
  }

  /** The key of a named purpose or site below this one. */
  public Seed fold(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return fold(mix(hash) ^ 0x5bd1e995L);
  }

  /** The key of a numbered step, particle or row below this one. */
  public Seed fold(long n) {
    long h = foldHigh(high, n);
    return new Seed(h, foldLow(low, h), rowIds, followed(n));
  }

  /** The first half of {@link #fold(long)}, for loops that make no objects. */
  public long foldedHigh(long n) {
    return foldHigh(high, n);
  }

  /** The second half of {@link #fold(long)}. */
  public long foldedLow(long n) {
    return foldLow(low, foldHigh(high, n));
  }

  static long foldHigh(long high, long n) {
    return mix(high ^ mix(n + GOLDEN));
  }

  static long foldLow(long low, long foldedHigh) {
    return mix(low + Long.rotateLeft(foldedHigh, 23) + GOLDEN);
  }

  long[] trail() {
    return trail;
  }

  long[] rowIds() {
    return rowIds;
  }

  private long[] followed(long n) {
    if (trail == null) {
      return null;
    }
    long[] longer = Arrays.copyOf(trail, trail.length + 1);
    longer[trail.length] = n;
    return longer;
  }

  /** This key as a root whose descendants remember how they were derived: see {@link #replay}. */
  public Seed marked() {
    return new Seed(high, low, rowIds, new long[0]);
  }

  /** Whether this key descends from a {@link #marked} one. */
  public boolean isMarked() {
    return trail != null;
  }

  /** The key derived from another root as this one was from its marked root, with the same rows. */
  public Seed replay(Seed root) {
    if (trail == null) {
      throw new PplException("This seed does not descend from a marked root: nothing to replay.");
    }
    Seed key = new Seed(root.high, root.low, rowIds, null);
    for (long n : trail) {
      key = key.fold(n);
    }
    return key;
  }

  /** This key with one sub-key per row of a plate, by row id. */
  public Seed rows(long[] ids) {
    return new Seed(high, low, ids.clone(), trail);
  }

  /**
   * A fresh generator of this key; the same sequence each time. Where a step is being recorded, its
   * engine refuses: numbers that plain Java code draws would be the same in every run.
   */
  public UniformRandomProvider generator() {
    checkDrawnByHost();
    return new L64X128Mix(high | 1, low, mix(high ^ low), mix(low + 2 * GOLDEN) | 1);
  }

  /**
   * A fresh generator with the longs and doubles of {@link #generator}; other numbers of it may
   * differ. For what is drawn on the way to the first step.
   */
  public UniformRandomProvider doubles() {
    checkDrawnByHost();
    KeyedGenerator generator = new KeyedGenerator();
    generator.open(high, low);
    return generator;
  }

  private void checkDrawnByHost() {
    if (trail != null) {
      Arena.current().engine().drawnByHost();
    }
  }

  /**
   * Noise for a shape [S, ...]: particle s has the key fold(s); with {@link #rows}, the shape is
   * [S, B, ...] and row b of particle s has the key fold(id of b).fold(s). So more particles or
   * rows leave those before them as they were.
   */
  public double[] fill(Shape shape, Filler filler) {
    double[] target = new double[shape.size()];
    int particles = shape.rank() == 0 ? 1 : shape.dim(0);
    if (particles == 0 || target.length == 0) {
      return target;
    }
    if (rowIds == null) {
      int each = target.length / particles;
      for (int s = 0; s < particles; s++) {
        filler.fill(fold(s).generator(), target, s * each, (s + 1) * each);
      }
      return target;
    }
    int each = target.length / particles / rowsOf(shape);
    for (int b = 0; b < rowIds.length; b++) {
      Seed row = fold(rowIds[b]);
      for (int s = 0; s < particles; s++) {
        int from = (s * rowIds.length + b) * each;
        filler.fill(row.fold(s).generator(), target, from, from + each);
      }
    }
    return target;
  }

  /**
   * One draw for each element of a shape, with a key of its own: that of {@link #fill} and then its
   * index behind the particle and the row. So a draw that takes more numbers than before leaves the
   * others as they were.
   */
  public double[] each(Shape shape, Element element) {
    double[] target = new double[shape.size()];
    int particles = shape.rank() == 0 ? 1 : shape.dim(0);
    int rows = rowIds == null ? 1 : rowsOf(shape);
    for (int s = 0, i = 0; i < target.length && s < particles; s++) {
      for (int b = 0; b < rows; b++) {
        Seed own = rowIds == null ? fold(s) : fold(rowIds[b]).fold(s);
        for (int k = 0; k < target.length / particles / rows; k++, i++) {
          target[i] = element.draw(own.fold(k).generator(), i);
        }
      }
    }
    return target;
  }

  int rowsOf(Shape shape) {
    if (shape.rank() < 2 || shape.dim(1) != rowIds.length) {
      throw new ShapeException(
          "A seed with "
              + rowIds.length
              + " rows needs a shape [S, "
              + rowIds.length
              + ", ...], got "
              + shape
              + ".");
    }
    return rowIds.length;
  }

  /**
   * The next uniform number in (0, 1): never 0 and never 1, so that logarithms and quantiles of it
   * are finite. 52 bits and half a step are exact; with 53 the largest would round to 1.
   */
  public static double openUniform(UniformRandomProvider random) {
    return ((random.nextLong() >>> 12) + 0.5) * 0x1.0p-52;
  }

  /** The finaliser of SplitMix64 (variant 13 of Stafford): a bijection of 64 bits. */
  static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }

  /** Fills a range of an array from a generator. */
  @FunctionalInterface
  public interface Filler {
    /** Fills target[from] to target[to − 1]. */
    void fill(UniformRandomProvider random, double[] target, int from, int to);
  }

  /** Draws one element of an array. */
  @FunctionalInterface
  public interface Element {
    /** The draw of the element at this row-major index. */
    double draw(UniformRandomProvider random, int index);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Seed s
        && high == s.high
        && low == s.low
        && Arrays.equals(rowIds, s.rowIds);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high * 31 + low);
  }

  @Override
  public String toString() {
    return String.format("Seed[%016x%016x]", high, low);
  }
}
