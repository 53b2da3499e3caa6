package io.flowsvi.flows.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Seed;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;

/** y_i ~ N(mu, 2²), mu ~ N(1, 3²): every leave-one-out predictive is a normal in closed form. */
class LooTest {
  private static final double[] Y = {0.3, 2.2, -1.4, 3.1, 0.9, -2.5, 4.4, 1.0, 0.2, 6.3};
  private static final int DRAWS = 20_000;

  private static double logNormal(double x, double mean, double variance) {
    return -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) * (x - mean) / variance);
  }

  private static double exact(int left) {
    return predictive(left, left);
  }

  private static double predictive(int row, int left) {
    double precision = 1 / 9.0;
    double weighted = 1 / 9.0;
    for (int i = 0; i < Y.length; i++) {
      precision += i == left ? 0 : 0.25;
      weighted += i == left ? 0 : 0.25 * Y[i];
    }
    return logNormal(Y[row], weighted / precision, 4 + 1 / precision);
  }

  /** Draws of a normal of this mean and scale, with their weights towards the posterior. */
  private static Loo loo(double shift, double stretch) {
    double precision = 1 / 9.0 + Y.length / 4.0;
    double sum = 0;
    for (double y : Y) {
      sum += y;
    }
    double mean = (1 / 9.0 + sum / 4) / precision;
    double sd = 1 / Math.sqrt(precision);
    UniformRandomProvider random = Seed.of(3).generator();
    var normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[] weights = new double[DRAWS];
    double[] likelihood = new double[DRAWS * Y.length];
    for (int s = 0; s < DRAWS; s++) {
      double e = normal.sample();
      double mu = mean + shift * sd + stretch * sd * e;
      weights[s] =
          logNormal(mu, mean, sd * sd)
              - logNormal(mu, mean + shift * sd, Math.pow(stretch * sd, 2));
      for (int i = 0; i < Y.length; i++) {
        likelihood[s * Y.length + i] = logNormal(Y[i], mu, 4);
      }
    }
    return Loo.of(likelihood, weights);
  }

  @Test
  void exactDrawsGiveTheLeaveOneOutPredictives() {
    check(loo(0, 1), 0.02);
  }

  @Test
  void weightsCorrectDrawsOfAnApproximation() {
    check(loo(0.4, 1.3), 0.05);
  }

  private static void check(Loo loo, double tolerance) {
    double elpd = 0;
    for (int i = 0; i < Y.length; i++) {
      assertThat(loo.pointwise()[i]).isCloseTo(exact(i), within(tolerance));
      elpd += exact(i);
    }
    assertThat(loo.elpd()).isCloseTo(elpd, within(3 * tolerance));
    double lpd = 0;
    for (int i = 0; i < Y.length; i++) {
      lpd += predictive(i, -1);
    }
    assertThat(loo.effectiveParameters()).isCloseTo(lpd - elpd, within(3 * tolerance));
    assertThat(loo.untrusted()).isZero();
    assertThat(loo.standardError()).isPositive();
    assertThat(loo.toString()).contains("elpd_loo").contains("0 of 10 rows with k-hat above 0.7");
  }

  @Test
  void aRowThatNothingPredictsIsNamedByItsTail() {
    // One draw alone explains the row: without it there is nothing to weigh.
    UniformRandomProvider random = Seed.of(4).generator();
    double[] likelihood = new double[2_000];
    for (int s = 0; s < likelihood.length; s++) {
      likelihood[s] = 3 * Math.log(Seed.openUniform(random));
    }
    Loo loo = Loo.of(likelihood, new double[likelihood.length]);
    assertThat(loo.kHat()[0]).isGreaterThan(0.7);
    assertThat(loo.untrusted()).isEqualTo(1);
  }

  @Test
  void refusesLikelihoodsOfOtherDraws() {
    assertThatThrownBy(() -> Loo.of(new double[7], new double[3]))
        .hasMessageContaining("got 7 numbers for 3 draws");
  }
}
