package io.flowsvi.models.report;

import io.flowsvi.flows.train.Status;
import java.util.Locale;

/**
 * Whether to trust a fit, in words, and what to do next.
 *
 * @param trusted whether the draws may be used as they are or after importance weighting
 * @param text the verdict and the next thing to try
 */
public record Advice(boolean trusted, String text) {
  /** Share of draws that must count for the bulk to agree. */
  private static final double BULK = 0.98;

  /** Distance of bound and evidence, in nats, up to which the bulk agrees. */
  private static final double SMALL_GAP = 0.02;

  /** The verdict on a fit: how it ended, then its importance weights. */
  public static Advice of(FitReport report) {
    if (report.status() == Status.NON_FINITE) {
      return new Advice(
          false,
          "Verdict: DO NOT TRUST. The fit stopped at a step that was not finite; the table shows"
              + " the best parameters before it. Try a smaller learning rate (--rate), or check the"
              + " model where the message says.");
    }
    double k = report.psis().kHat();
    String open =
        report.status() == Status.STEPS_USED
            ? " The steps ran out before the bound stopped rising: more of them (--steps) may"
                + " improve it."
            : "";
    return switch (report.psis().verdict()) {
      case GOOD ->
          new Advice(
              true,
              "Verdict: TRUST. The importance weights are well behaved: the draws are close to the"
                  + " posterior."
                  + open);
      case USABLE ->
          new Advice(
              true,
              String.format(
                  Locale.ROOT,
                  "Verdict: USE WITH CARE. k-hat %.2f lies between 0.5 and %.2f: the draws are near"
                      + " the posterior, not exact. Resample them by importance"
                      + " (PsisReport.resample) where small differences matter.%s",
                  k,
                  report.psis().threshold(),
                  open));
      case UNRELIABLE ->
          agreesInBulk(report)
              ? fewLargeWeights(report, open)
              : new Advice(
                  false,
                  String.format(
                      Locale.ROOT,
                      "Verdict: DO NOT TRUST. k-hat %.2f is above %.2f: the guide misses part of"
                          + " the posterior; means, and above all spreads and tails, may be"
                          + " wrong.%s %s",
                      k,
                      report.psis().threshold(),
                      open,
                      next(report.run().family())));
    };
  }

  /**
   * Whether only a few draws far out disturb k-hat: nearly all draws count, and the bound is within
   * a fiftieth of a nat of the evidence. Both figures come from the same draws: like k-hat itself
   * they cannot see a mode that no draw has reached.
   */
  private static boolean agreesInBulk(FitReport report) {
    double gap = report.psis().logEvidence() - report.elbo().value();
    return report.psis().ess() > BULK * report.psis().draws() && gap < SMALL_GAP;
  }

  private static Advice fewLargeWeights(FitReport report, String open) {
    return new Advice(
        true,
        String.format(
            Locale.ROOT,
            "Verdict: USE WITH CARE. k-hat %.2f is above %.2f, because a few draws far out weigh"
                + " much more than the rest: tails are not vouched for. The bulk agrees: %.0f of %d"
                + " draws count, and the bound is %.3f nats below the evidence.%s",
            report.psis().kHat(),
            report.psis().threshold(),
            report.psis().ess(),
            report.psis().draws(),
            report.psis().logEvidence() - report.elbo().value(),
            open));
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
