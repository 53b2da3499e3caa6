package io.flowsvi.flows.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Convergence;
import io.flowsvi.flows.train.StepReport;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AveragingTest {
  private static final double[] Y = {0.3, 2.2, -1.4, 3.1};
  // A high rate and one particle: the iterates jump about.
  private static final SviSettings NOISY =
      SviSettings.defaults()
          .withSteps(600)
          .withCoolingSteps(0)
          .withLearningRate(0.1)
          .withEvaluation(600, 100)
          .withConvergence(Convergence.never());

  private static final double POSTERIOR_MEAN = (1 / 9.0 + 4.2 / 4) / (1 / 9.0 + 1);

  private static double[] run(long seed, Averaging averaging) {
    try (Session session = Session.open(seed)) {
      ParamStore params = Problems.params(session);
      var structure = ModelStructure.of(session, Problems.normalMean(), Y);
      var guide = Problems.meanField(structure, params);
      Svi<double[]> svi =
          new Svi<>(
              session,
              params,
              structure,
              Problems.normalMean(),
              guide,
              new Elbo(1),
              NOISY.withAveraging(averaging));
      return svi.run(Y).parameters().values();
    }
  }

  @Test
  void meansOfIteratesHaveLessOfTheirNoise() {
    double plain = 0;
    double mean = 0;
    for (long seed = 1; seed <= 8; seed++) {
      plain += Math.pow(run(seed, Averaging.none())[0] - POSTERIOR_MEAN, 2);
      mean += Math.pow(run(seed, Averaging.uniform(200))[0] - POSTERIOR_MEAN, 2);
    }
    assertThat(Math.sqrt(mean / 8)).isLessThan(0.5 * Math.sqrt(plain / 8));
  }

  @Test
  void reportsTheMeanOfExactlyTheIteratesItSaw() {
    try (Session session = Session.open(3)) {
      ParamStore params = Problems.params(session);
      var structure = ModelStructure.of(session, Problems.normalMean(), Y);
      var guide = Problems.meanField(structure, params);
      SviSettings settings =
          NOISY.withSteps(9).withEvaluation(9, 2).withAveraging(Averaging.uniform(4));
      var svi =
          new Svi<>(
              session, params, structure, Problems.normalMean(), guide, new Elbo(1), settings);
      List<double[]> iterates = new ArrayList<>();
      SviListener listener =
          new SviListener() {
            @Override
            public void stepped(StepReport report) {
              iterates.add(Arrays.copyOf(params.values(), params.size()));
            }
          };
      double[] reported = svi.run(Y, listener).parameters().values();
      // Steps 4 to 8 start from what steps 3 to 7 left.
      for (int i = 0; i < reported.length; i++) {
        double mean = 0;
        for (double[] x : iterates.subList(3, 8)) {
          mean += x[i] / 5;
        }
        assertThat(reported[i]).isCloseTo(mean, within(1e-14));
      }
    }
  }

  @Test
  void weightsAreThoseOfTheMean() {
    assertThat(Averaging.uniform(0).weight(4)).isEqualTo(0.25);
    assertThat(Averaging.exponential(0.9).weight(4)).isEqualTo(0.25);
    assertThat(Averaging.exponential(0.9).weight(100)).isCloseTo(0.1, within(1e-15));
  }

  @Test
  void refusesValuesOutsideTheirRange() {
    assertThatThrownBy(() -> Averaging.uniform(-1))
        .hasMessage("Averaging: from must not be negative, got -1.");
    assertThatThrownBy(() -> Averaging.exponential(1.5))
        .hasMessage("Averaging: decay must be in [0, 1], got 1.5.");
  }
}
