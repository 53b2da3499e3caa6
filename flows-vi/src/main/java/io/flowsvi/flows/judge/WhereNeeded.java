package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.Candidate;
import java.util.Optional;

/**
 * A rung that is left out where the weights of those below already serve well.
 *
 * @param rung that trains a guide
 */
record WhereNeeded(Rung rung) implements Rung {
  private static final double GOOD = 0.5;
  private static final double USABLE = 0.68;

  @Override
  public String name() {
    return rung.name();
  }

  @Override
  public Optional<String> skip(Climb<?> climb) {
    Optional<String> own = rung.skip(climb);
    return own.isEmpty() && served(climb.assessment())
        ? Optional.of("the weights already serve well")
        : own;
  }

  private static boolean served(Assessment a) {
    boolean good = a.kHat() < GOOD && a.efficiency() > 0.1;
    return good || (a.kHat() < USABLE && a.efficiency() > 0.4);
  }

  @Override
  public boolean trains() {
    return rung.trains();
  }

  @Override
  public Candidate climb(Climb<?> climb) {
    return rung.climb(climb);
  }
}
