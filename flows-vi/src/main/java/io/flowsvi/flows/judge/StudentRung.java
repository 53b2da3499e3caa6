package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.AdaptiveMixture;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;
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
        : LaplaceRung.withoutMode(climb);
  }

  @Override
  public Candidate climb(Climb<?> climb) {
    boolean fromLaplace = climb.bestName().equals("laplace") || climb.mixture().isEmpty();
    StudentMixture start =
        fromLaplace ? Starts.mixture(climb.modes(), DF) : climb.mixture().orElseThrow();
    return adapted(climb, start, components, climb.seed(name));
  }

  /** The mixture that starts here and is fitted to its weights; as far as the budget goes. */
  static StudentMixture adapted(Climb<?> climb, StudentMixture start, int components, Seed seed) {
    List<StudentMixture> found = new ArrayList<>(List.of(start));
    try {
      AdaptiveMixture.of(climb.structure().dim())
          .withComponents(Math.max(components, start.parts().size()))
          .adapt(climb.density(), start, seed, better -> found.add(better.mixture()));
    } catch (Budget.Spent e) {
      // The best of those met has to do.
    }
    return found.get(found.size() - 1).defended(DEFENCE, HEAVY);
  }
}
