package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Candidate;
import java.util.Optional;

/** One way to approximate a posterior, starting from what the rungs below found. */
public interface Rung {
  /** The name in tables. */
  String name();

  /** Why this rung is left out here, in a few words; empty if it is worth its cost. */
  Optional<String> skip(Climb<?> climb);

  /** Whether it trains a guide, which costs more than weighing draws. */
  default boolean trains() {
    return false;
  }

  /** Whether what it finds is kept though its weights look worse: it has seen more. */
  default boolean replaces() {
    return false;
  }

  /** Whether it needs no maximum of the density, and takes the model as it is written. */
  default boolean standsAlone() {
    return false;
  }

  /** An approximation. */
  Candidate climb(Climb<?> climb);
}
