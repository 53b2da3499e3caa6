package io.flowsvi.flows.verdict;

import io.flowsvi.flows.diagnose.Psis;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A scalar with the tails of the weights that its mean and its spread are averaged with.
 *
 * <p>An average of h needs the tail of w·|h|, which may be heavier than that of w, or lighter.
 * Vehtari et al. (2024).
 *
 * @param name of the scalar
 * @param mean k̂ of the weights times its distance from its mean
 * @param spread k̂ of the weights times its squared distance from its mean
 */
public record Quantity(String name, double mean, double spread) {
  private static final double WORST_MEAN = 0.7;

  /** Beyond this the average of the squares has no expectation, whatever the number of draws. */
  private static final double WORST_SPREAD = 1;

  /** Of one scalar at draws with these log weights; draws where it is not finite count as none. */
  public static Quantity of(String name, double[] values, double[] logWeights) {
    int n = values.length;
    double max = Arrays.stream(logWeights).max().orElse(0);
    double sum = 0;
    double mean = 0;
    for (int i = 0; i < n; i++) {
      double w = Math.exp(logWeights[i] - max);
      if (w > 0 && Double.isFinite(values[i])) {
        sum += w;
        mean += w * values[i];
      }
    }
    mean /= sum;
    double[] once = new double[n];
    double[] twice = new double[n];
    for (int i = 0; i < n; i++) {
      double log = Math.log(Math.abs(values[i] - mean));
      once[i] = weighed(logWeights[i] + log);
      twice[i] = weighed(logWeights[i] + 2 * log);
    }
    return new Quantity(name, tail(once), tail(twice));
  }

  private static double weighed(double log) {
    return log < Double.POSITIVE_INFINITY ? log : Double.NEGATIVE_INFINITY;
  }

  /** A constant has no tail. */
  private static double tail(double[] logs) {
    boolean constant = Arrays.stream(logs).allMatch(v -> v == Double.NEGATIVE_INFINITY);
    return constant ? Double.NEGATIVE_INFINITY : Psis.of(logs).kHat();
  }

  /** Whether its mean and spread can be had from these draws; its quantiles can in any case. */
  public Grade grade() {
    return mean <= WORST_MEAN && spread <= WORST_SPREAD ? Grade.TRUSTED : Grade.UNTRUSTED;
  }

  /** The one whose spread is the hardest to estimate. */
  public static Quantity worst(List<Quantity> all) {
    return all.stream()
        .max(Comparator.comparingDouble(Quantity::spread))
        .orElse(new Quantity("none", Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY));
  }

  /** What they say of the draws together: those that fail are named, the others can be used. */
  public static Check check(List<Quantity> all) {
    Quantity worst = worst(all);
    List<Quantity> bad = all.stream().filter(q -> q.grade() != Grade.TRUSTED).toList();
    if (bad.isEmpty()) {
      return Check.passed("quantities", worst.spread, "worst quantity " + worst.words());
    }
    String names = String.join(", ", bad.stream().limit(5).map(Quantity::words).toList());
    return new Check(
        "quantities",
        Quantity.worst(bad).spread,
        Grade.CORRECTED,
        "means and spreads are not vouched for of "
            + (bad.size() > 5 ? bad.size() + " quantities, the first " : "")
            + names,
        "Use quantiles of these, or their logarithms.");
  }

  private String words() {
    return String.format(Locale.ROOT, "%s with k-hat %.2f (mean %.2f)", name, spread, mean);
  }
}
