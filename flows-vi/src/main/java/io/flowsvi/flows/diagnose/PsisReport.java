package io.flowsvi.flows.diagnose;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Locale;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * How far draws of a fit can be trusted, from their importance weights.
 *
 * <p>k̂ below 0.5 is good, up to {@link #threshold} usable with importance correction, above
 * unreliable. A small k̂ does not detect modes that the fit never visited. Yao, Vehtari, Simpson
 * and Gelman (2018); Vehtari et al. (2024).
 */
public final class PsisReport {
  private static final double GOOD = 0.5;
  private static final double WORST = 0.7;
  private final Psis psis;
  private final int draws;

  private PsisReport(Psis psis, int draws) {
    this.psis = psis;
    this.draws = draws;
  }

  /** The report on raw log weights log p(x, data) − log q(x) of draws from q. */
  public static PsisReport of(double[] rawLogWeights) {
    return new PsisReport(Psis.of(rawLogWeights), rawLogWeights.length);
  }

  /** How many draws it judges. */
  public int draws() {
    return draws;
  }

  /** The shape k̂ of the weights' tail; ∞ where there are too few draws to tell. */
  public double kHat() {
    return psis.kHat();
  }

  /** The largest k̂ to trust with so many draws: min(1 − 1/log10 S, 0.7). */
  public double threshold() {
    return Math.min(1 - 1 / Math.log10(draws), WORST);
  }

  /** What that means. */
  public Verdict verdict() {
    double k = kHat();
    if (!(k <= threshold())) {
      return Verdict.UNRELIABLE;
    }
    return k < GOOD ? Verdict.GOOD : Verdict.USABLE;
  }

  /** The effective number of draws under the smoothed weights. */
  public double ess() {
    return psis.ess();
  }

  /** An estimate of the log evidence: the log of the mean smoothed weight. */
  public double logEvidence() {
    return psis.logMean();
  }

  /** Its standard error by the delta method: √(1/ESS − 1/S). Means nothing where unreliable. */
  public double logEvidenceStandardError() {
    return Math.sqrt(Math.max(0, 1 / psis.ess() - 1.0 / draws));
  }

  /** Normalised smoothed weights, one per draw; they sum to 1. */
  public double[] weights() {
    double[] weights = psis.logWeights();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp(weights[i]);
    }
    return weights;
  }

  /**
   * Indices of {@code n} draws resampled by weight (systematic resampling, ascending). Throws
   * {@link PplException} where the verdict is unreliable: a few draws would stand for all.
   */
  public int[] resample(int n, Seed seed) {
    if (verdict() == Verdict.UNRELIABLE) {
      throw new PplException(
          String.format(
              Locale.ROOT,
              "Importance resampling refused: k-hat is %.2f, above %.2f, and the %d draws are worth %.1f. "
                  + "Likely fix: fit longer, take a more flexible family, or reparameterise the model.",
              kHat(),
              threshold(),
              draws,
              ess()));
    }
    UniformRandomProvider random = seed.generator();
    double offset = random.nextDouble();
    double[] weights = weights();
    int[] chosen = new int[n];
    double cumulative = weights[0];
    int at = 0;
    for (int i = 0; i < n; i++) {
      double target = (i + offset) / n;
      while (cumulative < target && at < weights.length - 1) {
        at++;
        cumulative += weights[at];
      }
      chosen[i] = at;
    }
    return chosen;
  }

  /** One line for a report: k-hat, verdict, effective draws, log evidence. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "k-hat %.2f (%s); %.0f effective of %d draws; log evidence %.3f +/- %.3f",
        kHat(),
        kHat() == Double.POSITIVE_INFINITY
            ? "too few distinct large weights to judge"
            : verdict().words(),
        ess(),
        draws,
        logEvidence(),
        logEvidenceStandardError());
  }
}
