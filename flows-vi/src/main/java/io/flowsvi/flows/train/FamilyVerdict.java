package io.flowsvi.flows.train;

import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.verdict.Check;
import io.flowsvi.flows.verdict.Grade;
import io.flowsvi.flows.verdict.Judgement;
import io.flowsvi.flows.verdict.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The verdict on a fit of one family: how it ended, then its importance weights. */
public final class FamilyVerdict {
  /** Its draws are the guide's own. */
  private static final String RESAMPLE =
      "The draws are not corrected: resample them by importance (PsisReport.resample) where small"
          + " differences matter.";

  private FamilyVerdict() {}

  /**
   * What to say of a fit's draws, which are the guide's own.
   *
   * @param family its name in a catalog: what to try next depends on it
   * @param psis of its importance weights
   * @param elbo on draws that training never saw
   * @param status how it ended
   */
  public static Judgement of(String family, PsisReport psis, Estimate elbo, Status status) {
    double[] logs = Arrays.stream(psis.weights()).map(Math::log).toArray();
    Weights weights = new Weights(psis.kHat(), psis.ess(), psis.logEvidence(), logs);
    Weights.Bound bound = new Weights.Bound(family, elbo.value(), elbo.standardError());
    List<Check> checks = new ArrayList<>();
    for (Check check : weights.checks(Optional.of(bound), next(family))) {
      boolean corrected = check.grade() == Grade.CORRECTED;
      String next = corrected ? RESAMPLE : check.next();
      checks.add(new Check(check.name(), check.value(), check.grade(), check.found(), next));
    }
    checks.add(ended(status));
    return Judgement.of(checks);
  }

  private static Check ended(Status status) {
    return switch (status) {
      case CONVERGED -> Check.passed("status", Double.NaN, "the bound stopped rising");
      case STEPS_USED ->
          Check.passed(
              "status",
              Double.NaN,
              "the steps ran out before the bound stopped rising: more of them (--steps,"
                  + " SviSettings.withSteps) may improve it");
      case INTERRUPTED ->
          Check.passed("status", Double.NaN, "it was stopped before the bound stopped rising");
      case NON_FINITE ->
          new Check(
              "status",
              Double.NaN,
              Grade.UNTRUSTED,
              "the fit stopped at a step that was not finite: the table shows the best parameters"
                  + " before it",
              "Try a smaller learning rate (--rate, withLearningRate), or check the model where the"
                  + " message says.");
    };
  }

  private static String next(String family) {
    return switch (family) {
      case "map" ->
          "A point estimate has no spread at all: take it as a start. Try --family laplace, then"
              + " full-rank and iaf.";
      case "low-rank", "block" -> "Try --family full-rank, then iaf.";
      case "laplace" -> "Try --family full-rank or student-t, then iaf.";
      case "mean-field" -> "Try --family full-rank, then iaf.";
      case "full-rank", "householder" -> "Try --family iaf or sylvester.";
      case "planar", "radial", "sylvester" -> "Try --family iaf.";
      default ->
          "Try more steps and particles, a non-centred model, or another seed to see whether fits"
              + " agree.";
    };
  }
}
