package io.flowsvi.flows.judge;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;

/**
 * Rungs from cheap to flexible; the climb ends at the first that passes.
 *
 * @param rungs in order
 * @param kHat a rung passes with k̂ below this …
 * @param efficiency … and at least so many effective draws per draw
 */
public record Ladder(List<Rung> rungs, double kHat, double efficiency) {
  /** The share of the time left that may go into judging one rung. */
  private static final double ASSESSING = 0.2;

  private static final double PASSED = 0.4;
  private static final double EFFICIENT = 0.5;

  /** Copies the list. */
  public Ladder {
    rungs = List.copyOf(rungs);
    if (rungs.isEmpty()) {
      throw new PplException("A ladder needs at least one rung.");
    }
  }

  /**
   * Laplace, Student-t, mixtures of Student-t, Laplace given what sets scales, a full-rank or
   * scaled normal where weights cannot teach a covariance, affine and spline couplings; those that
   * train only where the weights of the rungs below do not serve well.
   */
  public static Ladder standard() {
    List<Rung> rungs = new ArrayList<>();
    Rungs.standard().values().forEach(r -> rungs.add(r.trains() ? new WhereNeeded(r) : r));
    return new Ladder(rungs, PASSED, EFFICIENT);
  }

  /**
   * Rungs by name, each climbed until one passes: {@code laplace}, {@code student-t} and {@code
   * mixture} (Student-t, fitted to their weights), {@code scaled}, and every family of the catalog.
   * Those that train nothing are climbed first. Throws {@link PplException} with the nearest names
   * if there is none of a name, and for a point estimate, which has no weights.
   */
  public static Ladder of(List<String> names, FlowCatalog catalog) {
    return new Ladder(names.stream().map(n -> Rungs.named(n, catalog)).toList(), PASSED, EFFICIENT);
  }

  static RungReport skipped(String name, String why) {
    double nan = Double.NaN;
    return new RungReport(name, nan, nan, nan, nan, 0, 0, 0, "skipped: " + why);
  }

  static RungReport failed(String name, String why) {
    double nan = Double.NaN;
    return new RungReport(name, nan, 0, nan, nan, 0, 0, 0, "failed: " + why);
  }

  /** Climbs one rung; whether it passed. */
  boolean climb(Rung rung, Climb<?> climb) {
    Candidate candidate = rung.climb(climb);
    int dim = climb.structure().dim();
    int n = Math.min(20_000, Math.max(4000, 200 * dim));
    // Four million numbers at most, a thousand draws at least.
    n = Math.min(n, Math.max(1000, 4_000_000 / dim));
    Budget budget = climb.density().budget();
    int most = climb.density().affordable(n, ASSESSING * budget.left());
    Seed seed = climb.seed("assess").fold(rung.name());
    Assessment fresh =
        budget.inAnyCase(() -> Assessment.of(candidate, climb.density(), seed, most));
    if (rung.replaces()) {
      climb.replace(rung.name(), candidate, fresh);
    } else {
      climb.take(rung.name(), candidate, fresh);
    }
    return fresh.kHat() < kHat && fresh.efficiency() >= efficiency;
  }

  RungReport report(String name, Climb<?> climb, boolean passed) {
    Assessment fresh = climb.latest();
    boolean better = fresh == climb.assessment();
    return new RungReport(
        name,
        fresh.kHat(),
        fresh.efficiency(),
        fresh.elbo(),
        fresh.logEvidence(),
        0,
        0,
        0,
        (passed ? "passed" : better ? "best so far" : "no better")
            + (climb.spent() ? ", stopped: budget spent" : ""));
  }
}
