package io.flowsvi.flows.calibrate;

import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.inference.ChiSquareTest;

/**
 * The ranks of one scalar's true values among posterior draws: uniform if the fit is right.
 *
 * <p>With p_r = (rank + ½)/(L + 1) of replication r: the mean of p against ½ tells draws that lie
 * too high or too low, the mean of (p − ½)² against 1/12 draws that are too narrow or too wide, a
 * chi-squared statistic over bins any other shape. Talts et al. (2018); for variational fits Yao et
 * al. (2018), section 3, who look at the asymmetry of p.
 *
 * @param name of the scalar
 * @param ranks from 0 to {@code draws}, one a replication
 * @param draws L, among which a rank was taken
 */
public record Uniformity(String name, int[] ranks, int draws) {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);
  private static final int LEAST_IN_BIN = 5;
  private static final int MOST_BINS = 20;

  /** Mean of p: ½ where draws lie neither too high nor too low. */
  public double mean() {
    return Arrays.stream(ranks).mapToDouble(this::p).average().orElse(Double.NaN);
  }

  /** 12·mean((p − ½)²): 1 where draws are as wide as they should be, more where too narrow. */
  public double spread() {
    double squares = Arrays.stream(ranks).mapToDouble(r -> Math.pow(p(r) - 0.5, 2)).sum();
    return 12 * squares / ranks.length;
  }

  private double p(int rank) {
    return (rank + 0.5) / (draws + 1);
  }

  /** How many ranks fell into each of some bins of equal width. */
  public long[] histogram(int bins) {
    long[] counts = new long[bins];
    for (int rank : ranks) {
      counts[(int) (p(rank) * bins)]++;
    }
    return counts;
  }

  /** Two-sided p-value of the mean. */
  public double biasP() {
    return twoSided((mean() - 0.5) * Math.sqrt(12.0 * ranks.length));
  }

  /** Two-sided p-value of the spread: (p − ½)² has variance 1/180. */
  public double spreadP() {
    return twoSided((spread() - 1) / 12 * Math.sqrt(180.0 * ranks.length));
  }

  /**
   * p-value of the chi-squared statistic over as many bins as have five expected, twenty at most.
   */
  public double shapeP() {
    int bins = Math.max(2, Math.min(MOST_BINS, ranks.length / LEAST_IN_BIN));
    double[] expected = new double[bins];
    // Ranks are whole numbers: bins may hold one more or less of them.
    for (int rank = 0; rank <= draws; rank++) {
      expected[(int) (p(rank) * bins)] += ranks.length / (draws + 1.0);
    }
    return new ChiSquareTest().chiSquareTest(expected, histogram(bins));
  }

  private static double twoSided(double z) {
    return 2 * NORMAL.cumulativeProbability(-Math.abs(z));
  }

  /** The least of the three p-values, times three. */
  public double p() {
    return Math.min(1, 3 * Math.min(biasP(), Math.min(spreadP(), shapeP())));
  }

  /** What is wrong, if anything is, in words. */
  String words() {
    String bias = mean() > 0.5 ? "draws lie too low" : "draws lie too high";
    String width = spread() > 1 ? "draws are too narrow" : "draws are too wide";
    String how =
        spreadP() <= biasP() && spreadP() <= shapeP()
            ? width
            : biasP() <= shapeP() ? bias : "ranks are not uniform";
    return String.format(Locale.ROOT, "%s (%s, p = %.1g)", name, how, p());
  }
}
