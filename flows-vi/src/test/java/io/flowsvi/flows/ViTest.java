package io.flowsvi.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import org.junit.jupiter.api.Test;

/** One call from model to fit. */
class ViTest {
  private static final Latent MU = new Latent("mu");
  private static final double[] Y = {1, 2, 3, 6};

  private static final Model<double[]> MEAN =
      (ctx, y) -> {
        var mu = ctx.sample(MU, Normal.of(0, 2));
        ctx.plate(
            Plate.of("row", y.length),
            () ->
                ctx.observe(new Observed("y"), Normal.of(mu, 1), ctx.data(y, Shape.of(y.length))));
      };

  @Test
  void normalMeanIsTheConjugatePosterior() {
    double precision = 1 / 4.0 + 4;
    try (Session session = Session.open(3)) {
      Fit<double[]> fit = Vi.fit(session, MEAN, Y, FlowCatalog.library().guide("full-rank"));
      Draws mu = fit.posterior().draws(MU, 20_000);
      assertThat(mu.mean()).isCloseTo(12 / precision, within(0.01));
      assertThat(mu.sd()).isCloseTo(1 / Math.sqrt(precision), within(0.01));
    }
  }

  @Test
  void longFormWithTheDefaultsIsTheSameFit() {
    SviSettings settings = SviSettings.defaults().withSteps(50);
    var family = FlowCatalog.library().guide("mean-field");
    try (Session session = Session.open(3)) {
      double[] brief = Vi.fit(session, MEAN, Y, family, settings).parameters().values();
      double[] full =
          Vi.fit(
                  session,
                  MEAN,
                  Y,
                  family,
                  ObjectiveFamily.standard(),
                  ObjectiveFamily.DEFAULT_PARTICLES,
                  settings)
              .parameters()
              .values();
      assertThat(brief).containsExactly(full);
    }
  }
}
