package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Candidate;
import java.util.Optional;

/** Normals with the curvature at each mode, weighted by their evidence. */
final class LaplaceRung implements Rung {
  @Override
  public String name() {
    return "laplace";
  }

  @Override
  public Optional<String> skip(Climb<?> climb) {
    return withoutMode(climb);
  }

  /** Why a rung that starts from modes cannot begin. */
  static Optional<String> withoutMode(Climb<?> climb) {
    return climb.modes().isEmpty() ? Optional.of("no mode was found") : Optional.empty();
  }

  @Override
  public Candidate climb(Climb<?> climb) {
    return Starts.mixture(climb.modes(), Double.POSITIVE_INFINITY);
  }
}
