package io.flowsvi.flows.judge;

import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.ppl.tensor.PplException;
import java.util.List;

/**
 * Rungs from cheap to flexible; the climb ends at the first that passes.
 *
 * @param rungs in order
 * @param kHat a rung passes with k̂ below this …
 * @param efficiency … and at least so many effective draws per draw
 */
public record Ladder(List<Rung> rungs, double kHat, double efficiency) {
  /** Copies the list. */
  public Ladder {
    rungs = List.copyOf(rungs);
    if (rungs.isEmpty()) {
      throw new PplException("A ladder needs at least one rung.");
    }
  }

  /**
   * Laplace, Student-t, mixtures of Student-t, a full-rank or scaled normal where weights cannot
   * teach a covariance, affine and spline couplings.
   */
  public static Ladder standard() {
    return new Ladder(
        List.of(
            new LaplaceRung(),
            new StudentRung("student-t", 1),
            new StudentRung("mixture", 6),
            new FlowRung("scaled", Rungs::scaled, 61, 1000, 600, 0.02),
            new FlowRung("full-rank", Rungs::fullRank, 16, 120, 1500, 0.01),
            new FlowRung("coupling", Rungs::coupling, 2, 120, 1500, 0.005),
            new FlowRung("spline", Rungs::spline, 2, 60, 2500, 0.005)),
        0.4,
        0.25);
  }

  static RungReport skipped(String name, String why) {
    double nan = Double.NaN;
    return new RungReport(name, nan, nan, nan, nan, 0, 0, 0, "skipped: " + why);
  }

  boolean climb(
      Rung rung,
      Climb<?> climb,
      List<RungReport> reports,
      CountedDensity density,
      long begin,
      double before,
      long gradients,
      long values) {
    Candidate candidate;
    Assessment fresh;
    try {
      candidate = rung.climb(climb);
      int n = Math.min(20_000, Math.max(4000, 200 * climb.structure().dim()));
      fresh = Assessment.of(candidate, density, climb.seed("assess").fold(rung.name()), n);
    } catch (PplException e) {
      double nan = Double.NaN;
      reports.add(
          new RungReport(
              rung.name(),
              nan,
              0,
              nan,
              nan,
              density.gradientCount() - gradients,
              density.valueCount() - values,
              AutoFit.seconds(begin) - before,
              "failed: " + e.getMessage()));
      return false;
    }
    boolean passed = fresh.kHat() < kHat && fresh.efficiency() >= efficiency;
    boolean better = climb.take(rung.name(), candidate, fresh);
    reports.add(
        new RungReport(
            rung.name(),
            fresh.kHat(),
            fresh.efficiency(),
            fresh.elbo(),
            fresh.logEvidence(),
            density.gradientCount() - gradients,
            density.valueCount() - values,
            AutoFit.seconds(begin) - before,
            passed ? "passed" : better ? "best so far" : "no better"));
    return passed;
  }
}
