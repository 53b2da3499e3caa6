package io.flowsvi.integration;

/**
 * How fast the core is at the moment: a loop of plain arithmetic, which has nothing to do with what
 * is measured, timed between blocks of it.
 *
 * <p>On a shared host all code is up to 1.6 times slower for seconds at a time, most likely because
 * another guest has the same core; no counter of the operating system tells. This loop slows down
 * with it, so that such times are known.
 */
final class Core {
  private static final int TURNS = 10_000;
  private static final int PASSES = 5;
  private static final int WARM = 2_000;

  /** A core is shared where the loop takes so much longer than at its best. */
  private static final double SHARED = 1.07;

  private double best = Double.POSITIVE_INFINITY;
  private double sink = 1;

  /** Warms the loop up. */
  Core() {
    for (int i = 0; i < WARM; i++) {
      sink = turns(sink);
    }
  }

  /** µs of the loop now, the best of a few passes. */
  double now() {
    double least = Double.POSITIVE_INFINITY;
    for (int pass = 0; pass < PASSES; pass++) {
      long start = System.nanoTime();
      sink = turns(sink);
      least = Math.min(least, (System.nanoTime() - start) / 1e3);
    }
    best = Math.min(best, least);
    return least;
  }

  /** µs of the loop at its best so far. */
  double best() {
    return best;
  }

  /** Whether the core was shared when the loop took so long. */
  boolean isShared(double micros) {
    return micros > SHARED * best;
  }

  /** Eight sums at a time: enough to fill the units of a core. */
  private static double turns(double start) {
    double a = start;
    double b = 1.1;
    double c = 1.2;
    double d = 1.3;
    double e = 1.4;
    double f = 1.5;
    double g = 1.6;
    double h = 1.7;
    for (int i = 0; i < TURNS; i++) {
      a = a * 0.999 + 0.1;
      b = b * 0.999 + 0.1;
      c = c * 0.999 + 0.1;
      d = d * 0.999 + 0.1;
      e = e * 0.999 + 0.1;
      f = f * 0.999 + 0.1;
      g = g * 0.999 + 0.1;
      h = h * 0.999 + 0.1;
    }
    return (a + b + c + d + e + f + g + h) / 800;
  }
}
