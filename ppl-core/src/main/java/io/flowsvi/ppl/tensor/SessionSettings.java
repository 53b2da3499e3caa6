package io.flowsvi.ppl.tensor;

/**
 * How a {@link Session} computes.
 *
 * @param seed the seed of all randomness
 * @param backend where arithmetic runs
 * @param precision floating-point type; with {@link Precision#FLOAT32} on {@link Backend#JAVA}
 *     compiled steps compute in single precision, and all else in double
 * @param threads threads inside one native operation; 1 is best on shared machines (DJL and Python
 *     alike lose a factor of 10 to 100 in the mean with 2 threads on 2 busy cores)
 */
public record SessionSettings(long seed, Backend backend, Precision precision, int threads) {
  /** Checks the combination. */
  public SessionSettings {
    if (threads < 1) {
      throw new PplException("threads must be at least 1, got " + threads + ".");
    }
  }

  /** Float64, one thread, plain Java. */
  public static SessionSettings of(long seed) {
    return new SessionSettings(seed, Backend.JAVA, Precision.FLOAT64, 1);
  }

  /** These settings on another backend. */
  public SessionSettings withBackend(Backend other) {
    return new SessionSettings(seed, other, precision, threads);
  }

  /** These settings in another precision. */
  public SessionSettings withPrecision(Precision other) {
    return new SessionSettings(seed, backend, other, threads);
  }

  /** These settings with another number of native threads. */
  public SessionSettings withThreads(int other) {
    return new SessionSettings(seed, backend, precision, other);
  }
}
