package io.flowsvi.models.posteriordb;

import io.flowsvi.flows.train.Draws;
import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far draws are from a reference.
 *
 * <p>b = |mean − μ|/s, l = |log(sd/s)|, e² = ½(b² + 4l²/(κ + 2)); with N independent exact draws
 * E[e²] = 1/N whatever the posterior.
 *
 * @param meanError the largest b
 * @param sdRatioMin the smallest sd/s
 * @param sdRatioMax the largest sd/s
 * @param quantileError the largest mean distance of quantiles, in s; NaN where none are known
 * @param squares the mean of e² over scalars
 */
public record Score(
    double meanError, double sdRatioMin, double sdRatioMax, double quantileError, double squares) {
  private static final double MOST = 1000;

  /** Of these draws. Throws {@link PplException} if a scored scalar is missing. */
  public static Score of(Reference reference, List<Draws> draws) {
    Map<String, double[]> columns = new LinkedHashMap<>();
    for (Draws site : draws) {
      double[] all = site.toArray();
      int width = site.names().size();
      for (int j = 0; j < width; j++) {
        double[] column = new double[site.count()];
        for (int i = 0; i < column.length; i++) {
          column[i] = all[i * width + j];
        }
        columns.put(site.names().get(j), column);
      }
    }
    double worst = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    double quantile = Double.NaN;
    double sum = 0;
    for (Map.Entry<String, Reference.Scalar> entry : reference.scalars().entrySet()) {
      double[] x = columns.get(entry.getKey());
      if (x == null) {
        throw new PplException(
            reference.name()
                + ": no draws of '"
                + entry.getKey()
                + "', which the reference scores; there are "
                + columns.keySet().stream().limit(20).toList()
                + ".");
      }
      Reference.Scalar truth = entry.getValue();
      double mean = Arrays.stream(x).average().orElse(Double.NaN);
      double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / (x.length - 1);
      double b = Math.abs(mean - truth.mean()) / truth.sd();
      double ratio = Math.sqrt(variance) / truth.sd();
      double l = Math.log(Math.max(ratio, 1e-300));
      sum += 0.5 * (b * b + 4 * l * l / (truth.excessKurtosis() + 2));
      worst = Math.max(worst, Double.isNaN(b) ? Double.POSITIVE_INFINITY : b);
      low = Math.min(low, ratio);
      high = Math.max(high, ratio);
      if (truth.quantiles().length > 0) {
        double w = distance(x, truth);
        quantile = Double.isNaN(quantile) ? w : Math.max(quantile, w);
      }
    }
    return new Score(worst, low, high, quantile, sum / reference.scalars().size());
  }

  private static double distance(double[] x, Reference.Scalar truth) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    int n = truth.quantiles().length;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double at = (i + 0.5) / n * (sorted.length - 1);
      int k = (int) Math.min(sorted.length - 2, Math.floor(at));
      double q = sorted[k] + (at - k) * (sorted[k + 1] - sorted[k]);
      sum += Math.abs(q - truth.quantiles()[i]);
    }
    return sum / n / truth.sd();
  }

  /** N_eq: how many independent exact draws this is worth, from e² averaged over seeds. */
  public static double equivalentDraws(double squares) {
    return Double.isNaN(squares) ? 0 : Math.min(MOST, 1 / Math.max(squares, 1e-12));
  }

  /** N_eq of this run alone. */
  public double equivalentDraws() {
    return equivalentDraws(squares);
  }
}
