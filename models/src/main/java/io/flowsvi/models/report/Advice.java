package io.flowsvi.models.report;

import io.flowsvi.flows.train.Status;

/**
 * Whether to trust a fit, in words, and what to do next.
 *
 * @param trusted whether the draws may be used as they are or after importance weighting
 * @param text the verdict and the next thing to try
 */
public record Advice(boolean trusted, String text) {
  private static final double GOOD = 0.5;

  /** The verdict on a fit: its convergence, then its importance weights. */
  public static Advice of(FitReport report) {
    double k = report.psis().kHat();
    String next = next(report.family());
    if (report.status() == Status.NON_FINITE) {
      return new Advice(
          false,
          "Verdict: DO NOT TRUST. The fit stopped at a step that was not finite; the table shows the best parameters"
              + " before it. Try a smaller learning rate, or check the model where it says.");
    }
    if (!(k < report.psis().threshold())) {
      return new Advice(
          false,
          String.format(
              java.util.Locale.ROOT,
              "Verdict: DO NOT TRUST. k-hat %.2f says the guide misses part of the posterior: means and above all"
                  + " spreads and tails may be wrong. %s",
              k,
              next));
    }
    String open =
        report.status() == Status.STEPS_USED
            ? " The bound was still rising when the steps ran out: more steps (--steps) may improve it."
            : "";
    if (k < GOOD) {
      return new Advice(
          true,
          "Verdict: TRUST. The importance weights are well behaved: the draws are close to the posterior."
              + open);
    }
    return new Advice(
        true,
        String.format(
            java.util.Locale.ROOT,
            "Verdict: USE WITH CARE. k-hat %.2f is above 0.5: means are reliable, tails less so; importance weighting"
                + " corrects what is left.%s",
            k,
            open));
  }

  private static String next(String family) {
    return switch (family) {
      case "mean-field" -> "Try --family full-rank, then iaf.";
      case "full-rank", "householder" -> "Try --family iaf or sylvester.";
      case "planar", "radial", "sylvester" -> "Try --family iaf.";
      default ->
          "Try more steps and particles, a non-centred model, or another seed to see whether fits agree.";
    };
  }
}
