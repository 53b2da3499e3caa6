package io.flowsvi.flows.diagnose;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;

/**
 * Pareto-smoothed importance weights: the largest weights are replaced by what a generalised Pareto
 * tail fitted to them expects, never above the largest raw one.
 *
 * <p>With S weights the tail has M = ⌈min(S/5, 3√S)⌉ of them. Its shape k̂ says how heavy it is:
 * above 0.7 neither the weights nor, usually, the draws can be trusted. Vehtari, Simpson, Gelman,
 * Yao and Gabry (2024), algorithm 1.
 *
 * <p>Two edge cases have no fit: a tail without spread (all largest weights equal) is bounded and
 * gets k̂ = 0; fewer than five exceedances get k̂ = ∞, since nothing can be said.
 */
public final class Psis {
  private static final int SMALLEST_TAIL = 5;

  // Weights relative to the largest are below 1: a spread of rounding errors is no tail.
  private static final double NO_SPREAD = 1e-10;

  private final double kHat;
  private final double[] logWeights;
  private final double logMean;
  private final double ess;

  private Psis(double kHat, double[] smoothed, double shift) {
    this.kHat = kHat;
    double sum = 0;
    double squares = 0;
    for (double lw : smoothed) {
      double w = Math.exp(lw);
      sum += w;
      squares += w * w;
    }
    double logSum = Math.log(sum);
    for (int i = 0; i < smoothed.length; i++) {
      smoothed[i] -= logSum;
    }
    this.logWeights = smoothed;
    this.logMean = shift + logSum - Math.log(smoothed.length);
    this.ess = sum * sum / squares;
  }

  /**
   * Smooths raw log weights log p − log q; −∞ is a weight of 0. Throws {@link PplException} on NaN
   * or +∞, which it locates, and where all weights are 0.
   */
  public static Psis of(double[] rawLogWeights) {
    double max = largest(rawLogWeights);
    int n = rawLogWeights.length;
    double[] shifted = new double[n];
    for (int i = 0; i < n; i++) {
      shifted[i] = rawLogWeights[i] - max;
    }
    int tail = (int) Math.ceil(Math.min(0.2 * n, 3 * Math.sqrt(n)));
    if (tail < SMALLEST_TAIL) {
      return new Psis(Double.POSITIVE_INFINITY, shifted, max);
    }
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(shifted[a], shifted[b]));
    double cutoff = Math.exp(shifted[order[n - tail - 1]]);
    if (1 - cutoff < NO_SPREAD) {
      return new Psis(0, shifted, max);
    }
    // Ties with the cutoff are no exceedances: the tail shrinks to what is really above it.
    int first = n - tail;
    while (first < n && !(Math.exp(shifted[order[first]]) > cutoff)) {
      first++;
    }
    double[] exceedances = new double[n - first];
    for (int i = first; i < n; i++) {
      exceedances[i - first] = Math.exp(shifted[order[i]]) - cutoff;
    }
    if (exceedances.length < SMALLEST_TAIL) {
      return new Psis(Double.POSITIVE_INFINITY, shifted, max);
    }
    GeneralizedPareto fit = GeneralizedPareto.fit(exceedances);
    for (int j = 0; j < exceedances.length; j++) {
      double expected = cutoff + fit.quantile((j + 0.5) / exceedances.length);
      shifted[order[first + j]] = Math.min(0, Math.log(expected));
    }
    return new Psis(fit.k(), shifted, max);
  }

  private static double largest(double[] raw) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < raw.length; i++) {
      if (Double.isNaN(raw[i]) || raw[i] == Double.POSITIVE_INFINITY) {
        throw new PplException(
            "Log importance weight "
                + i
                + " of "
                + raw.length
                + " is "
                + raw[i]
                + ": log p or log q is not finite there. Likely fix: fit longer or with a"
                + " smaller learning rate.");
      }
      max = Math.max(max, raw[i]);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      throw new PplException(
          "All "
              + raw.length
              + " importance weights are 0: the guide proposes values where the model has no density.");
    }
    return max;
  }

  /** The shape of the tail. */
  public double kHat() {
    return kHat;
  }

  /** Smoothed log weights, in the order of the raw ones; their exponentials sum to 1. */
  public double[] logWeights() {
    return logWeights.clone();
  }

  /** The log of the mean smoothed weight: an estimate of the log evidence. */
  public double logMean() {
    return logMean;
  }

  /** (Σw)²/Σw² of the smoothed weights: how many equally weighted draws they are worth. */
  public double ess() {
    return ess;
  }
}
