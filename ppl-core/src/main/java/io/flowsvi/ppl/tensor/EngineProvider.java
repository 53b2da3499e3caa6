package io.flowsvi.ppl.tensor;

import java.util.Optional;

/**
 * Makes the engines of one kind; found by {@link java.util.ServiceLoader}, started when first used.
 */
public interface EngineProvider {
  /** Which kind of engine this makes. */
  Backend backend();

  /** Starts the engine kind for one session. */
  Source start(SessionSettings settings);

  /** What a session keeps of an engine kind: caches and native memory that outlive arenas. */
  interface Source extends AutoCloseable {
    /** An engine for one arena on the calling thread. */
    Engine open();

    /** Memory in which a fit's parameters may live; empty where Java's arrays serve as well. */
    default Optional<Residence> residence(int size) {
      return Optional.empty();
    }

    /** How many operations its closed arenas have executed: a figure for benchmarks. */
    long operations();

    @Override
    void close();
  }
}
