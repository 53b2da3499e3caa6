package io.flowsvi.flows.verdict;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the importance weights of a guide's proposals say: three checks.
 *
 * <p>Their tail: k̂ ≤ 0.5 is trusted, up to min(1 − 1/log10 S, 0.7) the corrected draws can be
 * used; beyond that, too, where so large a share of all proposals counts that the tail is a matter
 * of few draws. What the proposals are worth. And the bound against the evidence: the guide may be
 * far from the posterior though its weights are well behaved; and no bound of any guide may lie
 * above the evidence that the weights give, or they miss mass that this guide has seen.
 *
 * @param kHat of their tail
 * @param effective draws that they are worth
 * @param logEvidence the log of their mean
 * @param smoothed Pareto-smoothed log weights, normalised
 */
public record Weights(double kHat, double effective, double logEvidence, double[] smoothed) {
  private static final double GOOD = 0.5;
  private static final double WORST = 0.7;
  private static final double BULK = 0.5;

  /** No draw counts more often than this: where most weights are alike, a tail looks heavy. */
  private static final double MOST_TIMES = 10;

  private static final double NEARLY_ALL = 0.98;
  private static final double SMALL_GAP = 0.02;
  private static final double ENOUGH_TO_TRUST = 1_000;
  private static final double ENOUGH_TO_USE = 400;

  /** A guide farther from the posterior, in nats, is none that its own draws could stand for. */
  private static final double FAR = 1;

  /** Proposals far out, which weights of nearly 0 make harmless, move a bound by any sum. */
  private static final double TRIMMED = 0.1;

  private static final double ERRORS = 4;
  private static final double ROUNDING = 0.02;

  /**
   * A lower bound of the log evidence that some guide gave.
   *
   * @param name of the guide
   * @param value in nats
   * @param standardError of it
   */
  public record Bound(String name, double value, double standardError) {
    /** What the evidence exceeds with near certainty. */
    public double atLeast() {
      return value - ERRORS * standardError;
    }
  }

  /** The checks, given the highest bound of any guide, and what to try where they fail. */
  public List<Check> checks(Optional<Bound> highest, String next) {
    return List.of(tail(next), worth(next), bound(highest, next));
  }

  /** The share of proposals that count. */
  public double efficiency() {
    return effective / smoothed.length;
  }

  /** How many times its share the heaviest proposal counts. */
  private double largest() {
    return smoothed.length
        * Math.exp(Arrays.stream(smoothed).max().orElse(Double.NEGATIVE_INFINITY));
  }

  private Check tail(String next) {
    double limit = Math.min(1 - 1 / Math.log10(smoothed.length), WORST);
    String k = String.format(Locale.ROOT, "k-hat %.2f", kHat);
    if (kHat <= GOOD && kHat <= limit) {
      return Check.passed("weights", kHat, k);
    }
    if (kHat <= limit) {
      String found = String.format(Locale.ROOT, "%s between %.1f and %.2f", k, GOOD, limit);
      return new Check("weights", kHat, Grade.CORRECTED, found, "");
    }
    boolean light = kHat < 1 || largest() < MOST_TIMES;
    boolean bulk = light && efficiency() > BULK && effective >= ENOUGH_TO_TRUST;
    boolean tiny = efficiency() > NEARLY_ALL && gap() < SMALL_GAP;
    String above =
        kHat == Double.POSITIVE_INFINITY
            ? "too few distinct large weights to judge their tail (k-hat infinite)"
            : String.format(Locale.ROOT, "%s above %.2f", k, limit);
    return bulk || tiny
        ? new Check(
            "weights",
            kHat,
            Grade.CORRECTED,
            above + ", though most proposals count: tails are not vouched for",
            "")
        : new Check("weights", kHat, Grade.UNTRUSTED, above, next);
  }

  private Check worth(String next) {
    int n = smoothed.length;
    String found = String.format(Locale.ROOT, "%.0f effective of %d proposals", effective, n);
    if (effective >= Math.min(ENOUGH_TO_TRUST, 0.5 * n)) {
      return Check.passed("effective", effective, found);
    }
    boolean use = effective >= Math.min(ENOUGH_TO_USE, 0.2 * n);
    return new Check(
        "effective",
        effective,
        use ? Grade.CORRECTED : Grade.UNTRUSTED,
        "only " + found,
        use ? "" : next);
  }

  private Check bound(Optional<Bound> highest, String next) {
    double gap = gap();
    double error = ERRORS * Math.sqrt(Math.max(0, 1 / effective - 1.0 / smoothed.length));
    Optional<Bound> above = highest.filter(b -> b.atLeast() > logEvidence + error + ROUNDING);
    if (above.isPresent()) {
      return new Check(
          "bound",
          logEvidence - above.get().value(),
          Grade.UNTRUSTED,
          String.format(
              Locale.ROOT,
              "the evidence by importance weights, %.2f, lies below the bound %.2f of '%s': the"
                  + " draws miss mass that it has seen",
              logEvidence,
              above.get().value(),
              above.get().name()),
          next);
    }
    String found = String.format(Locale.ROOT, "bound %.3f nats below the evidence", gap);
    return gap <= FAR
        ? Check.passed("bound", gap, found)
        : new Check("bound", gap, Grade.CORRECTED, found, "");
  }

  /**
   * How far the bound lies below the evidence, in nats; where that is far, without the tenth of the
   * proposals that weighs least.
   */
  public double gap() {
    double[] sorted = smoothed.clone();
    Arrays.sort(sorted);
    double all = below(sorted, 0);
    return all <= FAR ? all : Math.max(0, below(sorted, (int) (TRIMMED * sorted.length)));
  }

  private static double below(double[] sorted, int from) {
    double sum = 0;
    for (int i = from; i < sorted.length; i++) {
      sum += sorted[i];
    }
    return -sum / (sorted.length - from) - Math.log(sorted.length);
  }
}
