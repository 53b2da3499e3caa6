package io.flowsvi.flows.importance;

import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fits a Student-t mixture to a density by drawing from it, weighting, and refitting.
 *
 * <p>Each round draws afresh, smooths the weights and makes a few steps of expectation maximisation
 * with them: the mixture moves towards the inclusive divergence KL(p ‖ q), which covers what the
 * exclusive one would cut off. Where the weights are too uneven to fit with, they are tempered to
 * ω^β with β &lt; 1 just even enough. A component is added where the weights are largest, as long
 * as that pays. Cappé et al. (2008); Hoogerheide, Opschoor and van Dijk (2012).
 *
 * @param draws in each round
 * @param rounds the most rounds for each number of components
 * @param components the most components
 * @param enough efficiency at which there is nothing left to do
 */
public record AdaptiveMixture(int draws, int rounds, int components, double enough) {
  private static final int STEPS = 3;
  private static final double GAIN = 1.03;

  /** For a density of this dimension. */
  public static AdaptiveMixture of(int dim) {
    return new AdaptiveMixture(Math.min(20_000, Math.max(4000, 200 * dim)), 8, 1, 0.9);
  }

  /** These settings with another number of components. */
  public AdaptiveMixture withComponents(int most) {
    return new AdaptiveMixture(draws, rounds, most, enough);
  }

  /** The best mixture met, by effective draws, with its assessment. */
  public Adapted adapt(BatchLogDensity density, StudentMixture start, Seed seed) {
    return adapt(density, start, seed, better -> {});
  }

  /** As above; hears of every mixture that is better than those before, should it not end. */
  public Adapted adapt(
      BatchLogDensity density, StudentMixture start, Seed seed, Consumer<Adapted> heard) {
    Adapted best = converge(density, start, seed.fold(0), heard);
    int failures = 0;
    for (int k = start.parts().size(); k < components && failures < 2; k++) {
      if (best.assessment().efficiency() > enough) {
        break;
      }
      Optional<StudentMixture> more = grown(best, failures);
      if (more.isEmpty()) {
        break;
      }
      Adapted next = converge(density, more.get(), seed.fold(k).fold(failures), b -> {});
      if (next.assessment().ess() > GAIN * best.assessment().ess()) {
        best = next;
        heard.accept(best);
        failures = 0;
      } else {
        failures++;
        k--;
      }
    }
    return best;
  }

  /**
   * A mixture with the assessment of draws from it.
   *
   * @param mixture the mixture
   * @param assessment of one round's draws, which the mixture was not fitted to
   */
  public record Adapted(StudentMixture mixture, Assessment assessment) {}

  private Adapted converge(
      BatchLogDensity density, StudentMixture start, Seed seed, Consumer<Adapted> heard) {
    Adapted best = null;
    StudentMixture q = start;
    int stale = 0;
    for (int round = 0; round < rounds && stale < 2; round++) {
      Assessment now = Assessment.of(q, density, seed.fold(round), draws);
      boolean better = best == null || now.ess() > GAIN * best.assessment().ess();
      stale = better ? 0 : stale + 1;
      if (best == null || now.ess() > best.assessment().ess()) {
        best = new Adapted(q, now);
        heard.accept(best);
      }
      if (now.efficiency() > enough) {
        break;
      }
      double[] omega = tempered(now, need(q));
      StudentMixture next = q;
      for (int i = 0; i < STEPS; i++) {
        Optional<StudentMixture> step = Expectation.step(next, now.cloud().points(), omega);
        if (step.isEmpty()) {
          return best;
        }
        next = step.get();
      }
      q = next;
    }
    return best;
  }

  /** So many effective draws a fit needs. */
  private static double need(StudentMixture q) {
    return q.parts().size() * (4.0 * q.dim() + 40);
  }

  /** Normalised weights, raised to the largest power ≤ 1 that leaves enough effective draws. */
  private static double[] tempered(Assessment a, double need) {
    double beta = 1;
    double low = 0;
    double[] omega = powered(a.smoothed(), 1);
    if (ess(omega) >= need) {
      return omega;
    }
    for (int i = 0; i < 30; i++) {
      double middle = (low + beta) / 2;
      if (ess(powered(a.smoothed(), middle)) >= need) {
        low = middle;
      } else {
        beta = middle;
      }
    }
    return powered(a.smoothed(), low);
  }

  private static double[] powered(double[] logs, double beta) {
    double[] w = new double[logs.length];
    double max = Arrays.stream(logs).max().orElse(0);
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      w[i] = logs[i] == Double.NEGATIVE_INFINITY ? 0 : Math.exp(beta * (logs[i] - max));
      sum += w[i];
    }
    for (int i = 0; i < w.length; i++) {
      w[i] /= sum;
    }
    return w;
  }

  private static double ess(double[] w) {
    return 1 / Arrays.stream(w).map(x -> x * x).sum();
  }

  /** One more component, where the weights say that the mixture is too thin. */
  private static Optional<StudentMixture> grown(Adapted best, int failures) {
    Assessment a = best.assessment();
    StudentMixture q = best.mixture();
    int n = a.cloud().size();
    double[] w = powered(a.smoothed(), 1);
    double[] excess = new double[n];
    // First what is twice too thin; after a failure the heaviest tail only.
    double level = failures == 0 ? 1.5 : 4;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      excess[i] = Math.max(0, w[i] * n - level);
      sum += excess[i];
    }
    if (!(sum > 0)) {
      return Optional.empty();
    }
    for (int i = 0; i < n; i++) {
      excess[i] /= sum;
    }
    int d = q.dim();
    if (ess(excess) < 2 * d + 10) {
      return Optional.empty();
    }
    double[] mean = new double[d];
    double[] covariance = new double[d * d];
    double[] x = a.cloud().points();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        mean[j] += excess[i] * x[i * d + j];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d && excess[i] > 0; j++) {
        for (int m = 0; m <= j; m++) {
          covariance[j * d + m] += excess[i] * (x[i * d + j] - mean[j]) * (x[i * d + m] - mean[m]);
        }
      }
    }
    return Cholesky.factor(covariance, d)
        .map(
            l -> {
              List<StudentT> parts = new ArrayList<>(q.parts());
              parts.add(new StudentT(mean, l, 10));
              double[] weights = Arrays.copyOf(q.weights(), parts.size());
              for (int k = 0; k < weights.length - 1; k++) {
                weights[k] *= 0.8;
              }
              weights[weights.length - 1] = 0.2;
              return new StudentMixture(weights, parts);
            });
  }
}
