package io.flowsvi.flows.importance;

import io.flowsvi.flows.diagnose.Psis;
import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;

/**
 * How near a candidate is to a density, from the importance weights of fresh draws.
 *
 * @param cloud the draws
 * @param logWeights raw, log p − log q of each
 * @param smoothed Pareto-smoothed and normalised log weights
 * @param kHat the shape of their tail
 * @param ess what the draws are worth under the smoothed weights
 * @param elbo the mean log weight; −∞ where the candidate reaches points without density
 * @param logEvidence the log of the mean smoothed weight
 */
public record Assessment(
    Cloud cloud,
    double[] logWeights,
    double[] smoothed,
    double kHat,
    double ess,
    double elbo,
    double logEvidence) {
  private static final double ERRORS = 4;
  private static final double ROUNDING = 0.02;

  /** Of n fresh draws. Throws {@link PplException} where none of them has any density. */
  public static Assessment of(Candidate q, BatchLogDensity density, Seed seed, int n) {
    Cloud cloud = q.draw(seed, n);
    return of(cloud, density.values(cloud.points()));
  }

  /** Of draws whose log density is known. */
  public static Assessment of(Cloud cloud, double[] logP) {
    double[] raw = new double[logP.length];
    double sum = 0;
    for (int i = 0; i < raw.length; i++) {
      raw[i] = logP[i] - cloud.logQ()[i];
      if (Double.isNaN(raw[i]) || raw[i] == Double.POSITIVE_INFINITY) {
        raw[i] = Double.NEGATIVE_INFINITY;
      }
      sum += raw[i];
    }
    Psis psis = Psis.of(raw);
    return new Assessment(
        cloud, raw, psis.logWeights(), psis.kHat(), psis.ess(), sum / raw.length, psis.logMean());
  }

  /** Effective draws per draw. */
  public double efficiency() {
    return ess / cloud.size();
  }

  /** The standard error of the bound; infinite where it is. */
  public double elboStandardError() {
    double squares = 0;
    for (double w : logWeights) {
      squares += (w - elbo) * (w - elbo);
    }
    int n = logWeights.length;
    return Double.isNaN(squares) ? Double.POSITIVE_INFINITY : Math.sqrt(squares / n / (n - 1.0));
  }

  /** Whether this one's bound lies above the other's evidence: the other one misses mass. */
  public boolean exceeds(Assessment other) {
    double error = Math.sqrt(Math.max(0, 1 / other.ess - 1.0 / other.cloud.size()));
    return elbo - ERRORS * elboStandardError() > other.logEvidence + ERRORS * error + ROUNDING;
  }

  /** How far the bound lies below the evidence, in nats. */
  public double gap() {
    return logEvidence - elbo;
  }
}
