package io.flowsvi.models.bayes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.tensor.PplException;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The bundled tables give the estimates that textbooks print for them. */
class BundledDataTest {
  /** Maximum likelihood of a generalised linear model with one predictor by Fisher scoring. */
  private static double[] scoring(double[] x, double[] start, Weighting weighting) {
    double[] b = start.clone();
    for (int round = 0; round < 50; round++) {
      double[] sum = new double[5];
      for (int i = 0; i < x.length; i++) {
        double[] w = weighting.at(i, b[0] + b[1] * x[i]);
        sum[0] += w[0];
        sum[1] += w[0] * x[i];
        sum[2] += w[0] * x[i] * x[i];
        sum[3] += w[1];
        sum[4] += w[1] * x[i];
      }
      double det = sum[0] * sum[2] - sum[1] * sum[1];
      b[0] += (sum[2] * sum[3] - sum[1] * sum[4]) / det;
      b[1] += (sum[0] * sum[4] - sum[1] * sum[3]) / det;
    }
    return b;
  }

  private interface Weighting {
    /** Weight and residual of row i at a linear predictor. */
    double[] at(int i, double linear);
  }

  @Test
  void beetlesGiveDobsonsEstimates() {
    StanData data = StanData.resource(LogisticRegression.class, "logistic-regression.json");
    double[] trials = data.counts("trials", 8);
    double[] killed = data.counts("y", 8);
    double[] b =
        scoring(
            data.matrix("x", 8, 1),
            new double[] {0, 0},
            (i, linear) -> {
              double p = 1 / (1 + Math.exp(-linear));
              return new double[] {trials[i] * p * (1 - p), killed[i] - trials[i] * p};
            });
    assertThat(Arrays.stream(trials).sum()).isEqualTo(481);
    assertThat(Arrays.stream(killed).sum()).isEqualTo(291);
    // Dobson, An Introduction to Generalized Linear Models, table 7.3.
    assertThat(b[0]).isCloseTo(-60.717, within(0.001));
    assertThat(b[1]).isCloseTo(34.270, within(0.001));
  }

  @Test
  void deathsGiveTheKnownLogLinearFit() {
    StanData data = StanData.resource(PoissonRegression.class, "poisson-regression.json");
    double[] deaths = data.counts("y", 14);
    double[] logQuarter = data.matrix("x", 14, 1);
    IntToDoubleFunction quarter = i -> Math.exp(logQuarter[i]);
    double[] quarters = new double[14];
    Arrays.setAll(quarters, quarter);
    double[] b =
        scoring(
            quarters,
            new double[] {1, 0.1},
            (i, linear) -> new double[] {Math.exp(linear), deaths[i] - Math.exp(linear)});
    for (int i = 0; i < 14; i++) {
      assertThat(quarters[i]).isCloseTo(i + 1, within(1e-5));
    }
    // R's glm(deaths ~ quarter, family = poisson).
    assertThat(b[0]).isCloseTo(0.3396, within(0.001));
    assertThat(b[1]).isCloseTo(0.2565, within(0.001));
  }

  @Test
  void girlsGiveTheEstimatesOfPinheiroAndBates() {
    StanData data = StanData.resource(VaryingIntercept.class, "varying-intercept.json");
    double[] y = data.reals("y", 44);
    double[] age = data.matrix("x", 44, 1);
    double mean = Arrays.stream(y).average().orElseThrow();
    double slope = 0;
    double spread = 0;
    for (int i = 0; i < 44; i++) {
      slope += (age[i] - 11) * y[i];
      spread += (age[i] - 11) * (age[i] - 11);
    }
    slope /= spread;
    double between = 0;
    double within = 0;
    for (int girl = 0; girl < 11; girl++) {
      double own = Arrays.stream(y, 4 * girl, 4 * girl + 4).average().orElseThrow();
      between += 4 * (own - mean) * (own - mean) / 10;
      for (int i = 4 * girl; i < 4 * girl + 4; i++) {
        within += Math.pow(y[i] - own - slope * (age[i] - 11), 2) / 32;
      }
    }
    // Mixed-Effects Models in S and S-PLUS, section 1.4.1: lme(distance ~ age, random = ~ 1).
    assertThat(slope).isCloseTo(0.47955, within(1e-5));
    assertThat(mean - 11 * slope).isCloseTo(17.3727, within(1e-4));
    assertThat(Math.sqrt(within)).isCloseTo(0.78003, within(1e-5));
    assertThat(Math.sqrt((between - within) / 4)).isCloseTo(2.0685, within(1e-3));
  }

  @Test
  void schoolsAreRubins() {
    EightSchools.Data data = EightSchools.Data.bundled();
    assertThat(data.y()).containsExactly(28, 8, -3, 7, -1, 1, 18, 12);
    assertThat(data.sigma()).containsExactly(15, 10, 16, 11, 9, 11, 10, 18);
  }

  @Test
  void constantPredictorIsRefused() {
    StanData data =
        StanData.parse("d.json", "{\"N\": 3, \"K\": 1, \"x\": [2, 2, 2], \"y\": [1, 2, 3]}");
    assertThatThrownBy(() -> PoissonRegression.Data.of(data))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("Predictor 1 is constant")
        .hasMessageContaining("own intercept");
  }

  @Test
  void trialsDefaultToOne() {
    StanData data =
        StanData.parse("d.json", "{\"N\": 3, \"K\": 1, \"x\": [1, 2, 3], \"y\": [0, 1, 1]}");
    assertThat(LogisticRegression.Data.of(data).trials()).containsExactly(1, 1, 1);
  }
}
