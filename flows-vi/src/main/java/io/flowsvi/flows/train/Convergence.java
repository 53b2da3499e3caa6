package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.PplException;
import java.util.List;

/**
 * When a fit counts as converged: the mean of its last evaluations is hardly above that of those
 * before them.
 *
 * <p>With windows of w evaluations the gain is compared with max(tolerance, 2·SE), where SE is the
 * standard error of the difference of the two means, from the spread inside the windows. All
 * evaluations of a fit use the same draws, so their spread is that of the parameters. (A steady
 * rise is not taken for noise: for ten evaluations its gain is about eight such errors.)
 *
 * @param window w, evaluations in each of the two windows
 * @param tolerance a gain in nats too small to go on for
 * @param minimumSteps never converged before so many steps
 */
public record Convergence(int window, double tolerance, long minimumSteps) implements StoppingRule {
  /** Checks the values. */
  public Convergence {
    if (window < 2) {
      throw new PplException("Convergence: window must be at least 2, got " + window + ".");
    }
    if (!(tolerance >= 0)) {
      throw new PplException("Convergence: tolerance must not be negative, got " + tolerance + ".");
    }
    if (minimumSteps < 0) {
      throw new PplException(
          "Convergence: minimumSteps must not be negative, got " + minimumSteps + ".");
    }
  }

  /** Windows of 8 evaluations, 0.01 nats, at least 5,000 steps. */
  public static Convergence standard() {
    return new Convergence(8, 0.01, 5_000);
  }

  /** Never: all steps are made. */
  public static Convergence never() {
    return new Convergence(2, 0, Long.MAX_VALUE);
  }

  @Override
  public boolean reached(List<Evaluation> evaluations) {
    int n = evaluations.size();
    if (n < 2 * window || evaluations.get(n - 1).step() < minimumSteps) {
      return false;
    }
    double[] before = meanAndVariance(evaluations.subList(n - 2 * window, n - window));
    double[] last = meanAndVariance(evaluations.subList(n - window, n));
    double error = Math.sqrt((before[1] + last[1]) / window);
    return last[0] - before[0] < Math.max(tolerance, 2 * error);
  }

  private static double[] meanAndVariance(List<Evaluation> some) {
    double mean = some.stream().mapToDouble(Evaluation::elbo).average().orElseThrow();
    double squares = some.stream().mapToDouble(e -> Math.pow(e.elbo() - mean, 2)).sum();
    return new double[] {mean, squares / (some.size() - 1)};
  }
}
