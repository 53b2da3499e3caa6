package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
  private static List<Evaluation> evaluations(int n, IntToDoubleFunction elbo) {
    List<Evaluation> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      all.add(new Evaluation(500L * (i + 1), elbo.applyAsDouble(i), 0.02));
    }
    return all;
  }

  @Test
  void aFlatElboHasConverged() {
    assertThat(Convergence.standard().reached(evaluations(16, i -> -31.3))).isTrue();
  }

  @Test
  void aSteadyRiseHasNot() {
    assertThat(Convergence.standard().reached(evaluations(16, i -> -40 + 0.01 * i))).isFalse();
  }

  @Test
  void tooFewEvaluationsOrStepsHaveNot() {
    assertThat(Convergence.standard().reached(evaluations(15, i -> -31.3))).isFalse();
    Convergence late = new Convergence(2, 0.01, 5_000);
    assertThat(late.reached(evaluations(9, i -> -31.3))).isFalse();
    assertThat(late.reached(evaluations(10, i -> -31.3))).isTrue();
  }

  @Test
  void aFallHasConverged() {
    assertThat(Convergence.standard().reached(evaluations(16, i -> -31.3 - 0.1 * i))).isTrue();
  }

  @Test
  void neverMeansNever() {
    assertThat(Convergence.never().reached(evaluations(1_000, i -> -31.3))).isFalse();
  }

  @Test
  void anElboThatIsNotFiniteHasNotConverged() {
    assertThat(Convergence.standard().reached(evaluations(16, i -> i == 3 ? Double.NaN : -31.3)))
        .isFalse();
  }

  // A rise of 0.05 nats an evaluation under jitter of sd 0.05: over 8 evaluations 0.4 nats against
  // an error near 0.05; a stop there would be false. 200 fits, so a rate of 1 % would show.
  @Test
  void aRiseUnderJitterIsSeldomTakenForConvergence() {
    int stops = 0;
    for (int fit = 0; fit < 200; fit++) {
      var normal = ZigguratSampler.NormalizedGaussian.of(Seed.of(fit).fold("jitter").generator());
      if (Convergence.standard()
          .reached(evaluations(16, i -> -40 + 0.05 * i + 0.05 * normal.sample()))) {
        stops++;
      }
    }
    assertThat(stops).isLessThanOrEqualTo(2);
  }

  @Test
  void refusesNonsense() {
    assertThatThrownBy(() -> new Convergence(1, 0.01, 0)).hasMessageContaining("window");
    assertThatThrownBy(() -> new Convergence(2, -1, 0)).hasMessageContaining("tolerance");
    assertThatThrownBy(() -> new Convergence(2, 0, -1)).hasMessageContaining("minimumSteps");
  }

  @Test
  void patienceEndsWhenTheBestIsOldEnough() {
    Patience rule = new Patience(2, 0);
    assertThat(rule.reached(at(1, 2, 3))).isFalse();
    assertThat(rule.reached(at(1, 3, 2))).isFalse();
    assertThat(rule.reached(at(1, 3, 2, 3))).isTrue();
    assertThat(rule.reached(at(1, 3, 2, 4))).isFalse();
    assertThat(rule.reached(List.of())).isFalse();
  }

  /** Steps are 100, 200 …: what came in the warm-up is neither best nor counted. */
  @Test
  void patienceDoesNotCountTheWarmUp() {
    assertThat(new Patience(1, 300).reached(at(9, 8, 1))).isFalse();
    assertThat(new Patience(1, 300).reached(at(9, 8, 1, 0))).isTrue();
  }

  @Test
  void patienceRefusesWhatMakesNoSense() {
    assertThatThrownBy(() -> new Patience(0, 0))
        .hasMessageContaining("Patience: evaluations must be at least 1, got 0");
    assertThatThrownBy(() -> new Patience(1, -1))
        .hasMessageContaining("Patience: minimumSteps must not be negative, got -1");
  }

  private static List<Evaluation> at(double... elbos) {
    List<Evaluation> all = new java.util.ArrayList<>();
    for (double elbo : elbos) {
      all.add(new Evaluation(100L * (all.size() + 1), elbo, 0.1));
    }
    return all;
  }
}
