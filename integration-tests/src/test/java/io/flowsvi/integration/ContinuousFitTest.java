package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.MaximumLikelihood;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.models.data.ToyDensity;
import io.flowsvi.models.data.Toys;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A continuous flow fitted to data whose density is known. */
@Tag("slow")
class ContinuousFitTest {
  /** Nats to the truth on the same new rows. */
  private static final double GAP = 0.05;

  @Test
  void comesNearTheEntropyOfEightGaussians() {
    ToyDensity truth = ToyDensity.all().get("eight-gaussians");
    Toys.Toy toy = Toys.all().get("eight-gaussians");
    Rows training = Toys.rows(toy, 10_000, Seed.of(1));
    double[] test = Toys.rows(toy, 5_000, Seed.of(2)).values();
    SessionSettings settings =
        SessionSettings.of(1).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32);
    try (Session session = Session.open(settings)) {
      ParamStore params = new ParamStore(Seed.of(3));
      EstimatedFlow flow = PriorFamilies.all().get("cnf").trained(2, params.scope("density"));
      DensityFit fit =
          MaximumLikelihood.fit(
              session,
              params,
              flow,
              training,
              DensitySettings.defaults().withEpochs(14).withBatchSize(500).withLearningRate(2e-2),
              epoch -> {});
      double[] scores = fit.logProb(test);
      double gap = 0;
      for (int i = 0; i < scores.length; i++) {
        gap += (truth.logProb(test[2 * i], test[2 * i + 1]) - scores[i]) / scores.length;
      }
      // A mean of log ratios of two densities is below 0 by chance only.
      assertThat(gap).isBetween(-0.01, GAP);
      // The field stayed smooth: scores to 1e-6 in a bounded number of evaluations.
      assertThat(flow.effort()).containsPattern("at most [0-9]{1,3}$");
    }
  }
}
