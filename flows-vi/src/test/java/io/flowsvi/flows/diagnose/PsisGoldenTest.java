package io.flowsvi.flows.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** k-hat against other implementations and against the one case whose shape is known. */
class PsisGoldenTest {
  /** What issue and literature ask for. */
  private static final double AGREED = 0.02;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private static double[] logWeights(String kind, double p, int n) {
    double golden = (Math.sqrt(5) - 1) / 2;
    IntToDoubleFunction x = i -> (i + 1) * golden % 1;
    IntToDoubleFunction z = i -> NORMAL.inverseCumulativeProbability(x.applyAsDouble(i));
    IntToDoubleFunction log =
        switch (kind) {
          case "normal" -> i -> oracle(p, z.applyAsDouble(i));
          case "pareto" -> i -> -p * Math.log(x.applyAsDouble(i));
          case "exponential" -> i -> p * Math.log(-Math.log(x.applyAsDouble(i)));
          case "lognormal" -> i -> p * z.applyAsDouble(i);
          case "bounded" -> i -> Math.log1p(-p * x.applyAsDouble(i));
          case "shifted" -> i -> p * z.applyAsDouble(i) - 0.5 * p * p;
          case "mixed" -> i -> Math.log1p(p * Math.pow(x.applyAsDouble(i), -1.2));
          default -> throw new IllegalArgumentException(kind);
        };
    double[] logs = new double[n];
    Arrays.setAll(logs, log);
    return logs;
  }

  /** log N(z; 0, σ²) − log N(z; 0, 1). */
  private static double oracle(double sigma, double z) {
    return -0.5 * z * z / (sigma * sigma) - Math.log(sigma) + 0.5 * z * z;
  }

  // The three differ among themselves in the third digit where the tail is short.
  @ParameterizedTest(name = "{0} {1}, {2} weights")
  @CsvFileSource(resources = "psis.csv")
  void agreesWithTwoOtherImplementations(String kind, double p, int n, double arviz, double pyro) {
    double k = Psis.of(logWeights(kind, p, n)).kHat();
    assertThat(k).isCloseTo(arviz, within(AGREED));
    assertThat(k).isCloseTo(pyro, within(AGREED));
  }

  /**
   * P(w > t) of the oracle falls as t^(−1/k)/√log t with k = 1 − 1/σ²: the shape is reached far out
   * only. These are the exact quantiles of the weights beyond the one in 10^15.
   */
  @ParameterizedTest
  @CsvSource({"1.1", "1.3", "1.5", "2", "3"})
  void farTailOfTheOracleHasTheKnownShape(double sigma) {
    int m = 20_000;
    double beyond = 1e-15;
    double cutoff = oracle(sigma, NORMAL.inverseSurvivalProbability(beyond / 2));
    double[] exceedances = new double[m];
    for (int j = 0; j < m; j++) {
      double p = beyond * (1 - (j + 0.5) / m);
      double log = oracle(sigma, NORMAL.inverseSurvivalProbability(p / 2));
      exceedances[j] = Math.expm1(log - cutoff);
    }
    double k = GeneralizedPareto.fit(exceedances).k();
    assertThat(k).isCloseTo(1 - 1 / (sigma * sigma), within(AGREED));
  }

  /**
   * With S draws the tail begins where |z| = x has probability 3/√S. With L = log(wσ) = ½ k x² and
   * P ≈ e^(−L/k) L^(−1/2) the inverse hazard of w is w h(L), h = 2Lk/(2L + k); its slope by w, h +
   * h' = k x²/(x² + 1) + 2/(x² + 1)², is the shape that a fit to that tail sees: 0.01 to 0.08 below
   * k for S = 100,000.
   */
  @ParameterizedTest
  @CsvSource({"1.1", "1.3", "1.5", "2", "3"})
  void nearTailOfTheOracleHasTheShapeThatTheSampleSizeAllows(double sigma) {
    int n = 100_000;
    double x = NORMAL.inverseSurvivalProbability(1.5 / Math.sqrt(n));
    double k = 1 - 1 / (sigma * sigma);
    double visible = k * x * x / (x * x + 1) + 2 / Math.pow(x * x + 1, 2);
    double found = Psis.of(logWeights("normal", sigma, n)).kHat();
    assertThat(found).isCloseTo(visible, within(AGREED));
  }
}
