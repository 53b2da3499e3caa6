package io.flowsvi.models.report;

import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.flows.train.Evaluation;
import io.flowsvi.flows.train.Status;
import io.flowsvi.flows.train.Summary;
import java.util.List;
import java.util.Locale;

/**
 * The results of one fit, as plain data.
 *
 * @param model the model's name
 * @param family the family's name
 * @param seed the seed
 * @param status how the fit ended
 * @param seconds wall time of the fit
 * @param steps steps made
 * @param elbo the bound on fresh draws, in nats
 * @param psis the importance weights' diagnosis
 * @param summary the posterior table
 * @param evaluations the bound along the way
 */
public record FitReport(
    String model,
    String family,
    long seed,
    Status status,
    double seconds,
    long steps,
    Estimate elbo,
    PsisReport psis,
    Summary summary,
    List<Evaluation> evaluations) {
  /** Copies the list. */
  public FitReport {
    evaluations = List.copyOf(evaluations);
  }

  /** Everything a reader needs, as text. */
  public String text() {
    return String.format(
            Locale.ROOT,
            "%s with %s, seed %d: %s after %d steps, %.1f s%n%n",
            model,
            family,
            seed,
            status.words(),
            steps,
            seconds)
        + summary.table()
        + String.format(
            Locale.ROOT,
            "%nELBO %.3f +/- %.3f nats; log evidence by importance weights %.3f +/- %.3f%n",
            elbo.value(),
            elbo.standardError(),
            psis.logEvidence(),
            psis.logEvidenceStandardError())
        + String.format(
            Locale.ROOT,
            "PSIS k-hat %.2f (%d draws, limit %.2f), effective draws %.0f%n%n",
            psis.kHat(),
            psis.draws(),
            psis.threshold(),
            psis.ess())
        + Advice.of(this).text()
        + System.lineSeparator();
  }
}
