package io.flowsvi.flows.train;

import java.util.Locale;

/**
 * A Monte-Carlo estimate.
 *
 * @param value the estimate
 * @param standardError of the estimate
 */
public record Estimate(double value, double standardError) {
  /** The mean of independent numbers. */
  public static Estimate mean(double[] numbers) {
    double sum = 0;
    for (double x : numbers) {
      sum += x;
    }
    double mean = sum / numbers.length;
    double squares = 0;
    for (double x : numbers) {
      squares += (x - mean) * (x - mean);
    }
    double variance = numbers.length < 2 ? Double.NaN : squares / (numbers.length - 1);
    return new Estimate(mean, Math.sqrt(variance / numbers.length));
  }

  /** The value in standard errors. */
  public double inErrors() {
    return value / standardError;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f +/- %.3f", value, standardError);
  }
}
