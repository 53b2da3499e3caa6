package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.AdaptiveMixture;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.importance.StudentMixture;
import java.util.Optional;

/**
 * Student-t distributions, one for each mode, fitted to their own importance weights; then more of
 * them where they are too thin.
 *
 * @param name in tables
 * @param components the most components
 */
record StudentRung(String name, int components) implements Rung {
  private static final double DF = 10;

  /** Share and degrees of freedom of a heavy-tailed component that bounds the weights far out. */
  private static final double DEFENCE = 0.1;

  private static final double HEAVY = 4;

  /** Covariances of more dimensions cannot be learnt from weights. */
  private static final int MOST_DIMENSIONS = 60;

  @Override
  public Optional<String> skip(Climb<?> climb) {
    return climb.structure().dim() > MOST_DIMENSIONS
        ? Optional.of("more than " + MOST_DIMENSIONS + " dimensions")
        : Optional.empty();
  }

  @Override
  public Candidate climb(Climb<?> climb) {
    boolean fromLaplace = climb.bestName().equals("laplace") || climb.mixture().isEmpty();
    StudentMixture start =
        fromLaplace ? Starts.mixture(climb.modes(), DF) : climb.mixture().orElseThrow();
    return AdaptiveMixture.of(climb.structure().dim())
        .withComponents(Math.max(components, start.parts().size()))
        .adapt(climb.density(), start, climb.seed(name))
        .mixture()
        .defended(DEFENCE, HEAVY);
  }
}
