package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;

/** Mean, sd and quantiles of independent draws. */
final class Statistics {
  private Statistics() {}

  static double mean(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value;
    }
    return sum / x.length;
  }

  static double sd(double[] x) {
    double mean = mean(x);
    double squares = 0;
    for (double value : x) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (x.length - 1));
  }

  /** Linear between order statistics (type 7 of Hyndman and Fan, 1996). */
  static double[] quantiles(double[] x, double... p) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    double[] result = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      if (!(p[i] >= 0 && p[i] <= 1)) {
        throw new PplException("A quantile needs a probability in [0, 1], got " + p[i] + ".");
      }
      double at = p[i] * (sorted.length - 1);
      int below = (int) Math.floor(at);
      int above = Math.min(below + 1, sorted.length - 1);
      result[i] = sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
    return result;
  }
}
