package io.flowsvi.models.report;

import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.flows.train.Evaluation;
import io.flowsvi.flows.train.FamilyVerdict;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.Posterior;
import io.flowsvi.flows.train.Status;
import io.flowsvi.flows.train.Summary;
import io.flowsvi.flows.verdict.Judgement;
import io.flowsvi.ppl.model.Site;
import java.util.List;
import java.util.Locale;

/**
 * The results of one fit, as plain data.
 *
 * @param run what was run
 * @param status how the fit ended
 * @param steps steps made
 * @param elbo the bound on fresh draws, in nats
 * @param psis the importance weights' diagnosis
 * @param draws of the reported sites
 * @param summary the posterior table of these draws
 * @param evaluations the bound along the way
 */
public record FitReport(
    Run run,
    Status status,
    long steps,
    Estimate elbo,
    PsisReport psis,
    List<Draws> draws,
    Summary summary,
    List<Evaluation> evaluations) {
  /** Draws for the ELBO: enough for a standard error of a few thousandths of its spread. */
  private static final int ELBO_DRAWS = 20_000;

  private static final int WIDTH = 90;

  /** Copies the lists. */
  public FitReport {
    draws = List.copyOf(draws);
    evaluations = List.copyOf(evaluations);
  }

  /**
   * What was run.
   *
   * @param model the model's name
   * @param family the family's name
   * @param seed the seed
   * @param seconds wall time of the fit
   */
  public record Run(String model, String family, long seed, double seconds) {}

  /** Draws from a fit and judges it; without sites, all latents and derived sites are reported. */
  public static FitReport of(Fit<?> fit, List<Site> sites, int draws, Run run) {
    Posterior<?> posterior = fit.posterior();
    List<Draws> all = posterior.draws(sites.isEmpty() ? posterior.sites() : sites, draws);
    return new FitReport(
        run,
        fit.status(),
        fit.steps(),
        posterior.elbo(ELBO_DRAWS),
        posterior.psis(draws),
        all,
        Summary.of(all),
        fit.evaluations());
  }

  /** Whether to trust its draws. */
  public Judgement judgement() {
    return FamilyVerdict.of(run.family(), psis, elbo, status);
  }

  /** Everything a reader needs, as text. */
  public String text() {
    return String.format(
            Locale.ROOT,
            "%s with %s, seed %d: %s after %d steps, %.1f s%n%n",
            run.model(),
            run.family(),
            run.seed(),
            status.words(),
            steps,
            run.seconds())
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
        + wrapped("Verdict: " + judgement().words())
        + System.lineSeparator();
  }

  /** Broken between words, for a terminal. */
  static String wrapped(String text) {
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ")) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        lines.append(System.lineSeparator());
        column = 0;
      }
      lines.append(column == 0 ? "" : " ").append(word);
      column += word.length() + (column == 0 ? 0 : 1);
    }
    return lines.toString();
  }
}
