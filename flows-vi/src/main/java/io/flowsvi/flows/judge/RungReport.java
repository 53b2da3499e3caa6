package io.flowsvi.flows.judge;

import java.util.List;
import java.util.Locale;

/**
 * What one rung of the ladder reached and what it cost.
 *
 * @param name the rung
 * @param kHat k̂ of its weights; NaN where it has none
 * @param efficiency effective draws per draw
 * @param elbo its bound
 * @param logEvidence the evidence by importance weights
 * @param gradients gradient evaluations it took
 * @param values evaluations of the density alone
 * @param seconds wall time
 * @param outcome passed, or why not, in a few words
 */
public record RungReport(
    String name,
    double kHat,
    double efficiency,
    double elbo,
    double logEvidence,
    long gradients,
    long values,
    double seconds,
    String outcome) {
  RungReport costing(long moreGradients, long moreValues, double time) {
    return new RungReport(
        name,
        kHat,
        efficiency,
        elbo,
        logEvidence,
        gradients + moreGradients,
        values + moreValues,
        time,
        outcome);
  }

  /** The rungs as a table. */
  public static String table(List<RungReport> rungs) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-14s %7s %10s %12s %12s %10s %10s %8s  %s%n",
            "rung",
            "k-hat",
            "efficiency",
            "ELBO",
            "log Z",
            "gradients",
            "densities",
            "seconds",
            "outcome"));
    for (RungReport r : rungs) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-14s %7.2f %9.2f%% %12.3f %12.3f %10d %10d %8.2f  %s%n",
              r.name,
              r.kHat,
              100 * r.efficiency,
              r.elbo,
              r.logEvidence,
              r.gradients,
              r.values,
              r.seconds,
              r.outcome));
    }
    return text.toString();
  }
}
