package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Blend;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.importance.Scorable;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.flows.importance.StudentT;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The best approximation so far and, beside it, modes that it misses.
 *
 * @param restarts what found them
 */
record Extension(Restarts restarts) implements Rung {
  private static final double DF = 10;
  private static final double LEAST_SHARE = 0.05;
  private static final double MOST_SHARE = 0.5;
  private static final int MOST_ADAPTED = 60;

  /** Whether the best candidate can be mixed with others. */
  static boolean possible(Climb<?> climb) {
    return climb.best() instanceof Scorable;
  }

  @Override
  public String name() {
    return "restart";
  }

  @Override
  public Optional<String> skip(Climb<?> climb) {
    return Optional.empty();
  }

  @Override
  public boolean replaces() {
    return true;
  }

  @Override
  public Candidate climb(Climb<?> climb) {
    climb.add(restarts.missed());
    double share = Math.min(MOST_SHARE, Math.max(LEAST_SHARE, restarts.share()));
    StudentMixture missed = Starts.mixture(restarts.missed(), DF);
    if (!(climb.best() instanceof StudentMixture known)) {
      return new Blend((Scorable) climb.best(), missed, 1 - share);
    }
    List<StudentT> parts = new ArrayList<>(known.parts());
    parts.addAll(missed.parts());
    double[] weights = Arrays.copyOf(known.weights(), parts.size());
    for (int k = 0; k < weights.length; k++) {
      int own = k - known.weights().length;
      weights[k] = own < 0 ? weights[k] * (1 - share) : missed.weights()[own] * share;
    }
    StudentMixture both = new StudentMixture(weights, parts);
    return climb.structure().dim() > MOST_ADAPTED
        ? both
        : StudentRung.adapted(climb, both, parts.size(), climb.seed("restart"));
  }
}
