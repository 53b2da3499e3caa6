package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.objective.PathGradientElbo;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PosteriorTest {
  private static final Problems.Schools DATA = Problems.Schools.eight();
  private final Session session = Session.open(17);
  private final ParamStore params = Problems.params(session);
  private Posterior<Problems.Schools> posterior;

  @BeforeAll
  void fit() {
    Model<Problems.Schools> model = Problems.eightSchools();
    ScorableGuide<Object> guide =
        Problems.fullRank(ModelStructure.of(session, model, DATA), params);
    posterior =
        new Svi<>(
                session,
                params,
                model,
                guide,
                new PathGradientElbo(guide, 16),
                SviSettings.defaults().withSteps(1_500).withLearningRate(0.02))
            .run(DATA)
            .posterior();
  }

  @AfterAll
  void close() {
    session.close();
  }

  @Test
  void latentsComeConstrained() {
    Draws tau = posterior.draws(Problems.TAU, 700);
    assertThat(tau.count()).isEqualTo(700);
    assertThat(tau.shape()).isEqualTo(Shape.scalar());
    assertThat(Arrays.stream(tau.toArray()).allMatch(t -> t > 0)).isTrue();
  }

  @Test
  void drawsOfSeveralSitesBelongTogether() {
    Draws mu = posterior.draws(Problems.MU, 600);
    Draws tau = posterior.draws(Problems.TAU, 600);
    Draws eta = posterior.draws(Problems.ETA, 600);
    Draws theta = posterior.draws(Problems.THETA, 600);
    assertThat(theta.shape()).isEqualTo(Shape.of(8));
    assertThat(theta.names()).startsWith("theta[1]").endsWith("theta[8]");
    for (int i = 0; i < 600; i++) {
      for (int j = 0; j < 8; j++) {
        assertThat(theta.draw(i)[j])
            .isCloseTo(mu.draw(i)[0] + tau.draw(i)[0] * eta.draw(i)[j], within(1e-10));
      }
    }
  }

  @Test
  void moreDrawsBeginWithTheSame() {
    double[] few = posterior.draws(Problems.MU, 300).toArray();
    double[] many = posterior.draws(Problems.MU, 1_300).toArray();
    for (int i = 0; i < few.length; i++) {
      assertThat(many[i]).isCloseTo(few[i], within(1e-12));
    }
    assertThat(Arrays.stream(many).distinct().count()).isEqualTo(1_300);
  }

  @Test
  void streamGivesTheSameDrawsInChunks() {
    List<Double> streamed = new ArrayList<>();
    posterior.stream(
        List.of(Problems.MU, Problems.THETA),
        1_234,
        chunk -> {
          assertThat(chunk).hasSize(2);
          assertThat(chunk.get(0).count()).isLessThanOrEqualTo(500);
          for (double v : chunk.get(0).toArray()) {
            streamed.add(v);
          }
        });
    assertThat(streamed.stream().mapToDouble(Double::doubleValue).toArray())
        .isEqualTo(posterior.draws(Problems.MU, 1_234).toArray());
  }

  @Test
  void replicatesHaveThePredictiveSpread() {
    Draws y = posterior.draws(Problems.Y, 8_000);
    assertThat(y.shape()).isEqualTo(Shape.of(8));
    Draws theta = posterior.draws(Problems.THETA, 8_000);
    for (int j = 0; j < 8; j++) {
      double sd = Math.hypot(theta.at(j).sd(), DATA.sigma()[j]);
      assertThat(y.at(j).mean()).isCloseTo(theta.at(j).mean(), within(5 * sd / Math.sqrt(8_000)));
      assertThat(y.at(j).sd()).isCloseTo(sd, within(0.05 * sd));
    }
  }

  @Test
  void generatedSitesAreSimulated() {
    Draws school = posterior.draws(Problems.NEW_SCHOOL, 4_000);
    assertThat(school.shape()).isEqualTo(Shape.scalar());
    Draws mu = posterior.draws(Problems.MU, 4_000);
    assertThat(school.mean()).isCloseTo(mu.mean(), within(0.5));
    assertThat(school.sd()).isGreaterThan(mu.sd());
  }

  @Test
  void logLikelihoodIsPerRowAndPerDraw() {
    Draws logLik = posterior.logLikelihood(Problems.Y, 600);
    assertThat(logLik.shape()).isEqualTo(Shape.of(8));
    assertThat(logLik.names()).startsWith("y[1]");
    double theta = posterior.draws(Problems.THETA, 600).draw(555)[2];
    double z = (DATA.y()[2] - theta) / DATA.sigma()[2];
    assertThat(logLik.draw(555)[2])
        .isCloseTo(
            -0.5 * z * z - Math.log(DATA.sigma()[2]) - 0.5 * Math.log(2 * Math.PI), within(1e-10));
  }

  @Test
  void summaryListsEveryScalarOfTheModel() {
    Summary summary = posterior.summary(500);
    assertThat(summary.rows()).hasSize(18);
    assertThat(summary.rows())
        .extracting(Summary.Row::name)
        .contains("mu", "tau", "eta[8]", "theta[1]")
        .doesNotContain("y[1]", "new_school");
    assertThat(summary.rows()).allMatch(r -> r.q5() < r.q50() && r.q50() < r.q95() && r.sd() > 0);
  }

  @Test
  void elboHasAStandardErrorAndIsBelowTheEvidence() {
    Estimate elbo = posterior.elbo(4_000);
    // log Z = −31.311.
    assertThat(elbo.value()).isBetween(-32.5, -31.311 + 3 * elbo.standardError());
    assertThat(elbo.standardError()).isBetween(0.001, 0.1);
    assertThat(elbo.toString()).matches("-3\\d\\.\\d{3} \\+/- 0\\.\\d{3}");
  }

  @Test
  void weightsAreThoseOfTheDraws() {
    double[] weights = posterior.logWeights(50);
    double mean = Arrays.stream(posterior.logWeights(4_000)).average().orElseThrow();
    assertThat(weights).hasSize(50);
    assertThat(mean).isCloseTo(posterior.elbo(4_000).value(), within(0.1));
    assertThat(posterior.psis(4_000).draws()).isEqualTo(4_000);
  }

  @Test
  void laterUseOfTheStoreDoesNotChangeThePosterior() {
    double[] before = posterior.draws(Problems.MU, 20).toArray();
    double[] live = params.snapshot().values();
    params.params().forEach(p -> p.set(new double[p.shape().size()]));
    assertThat(posterior.draws(Problems.MU, 20).toArray()).isEqualTo(before);
    assertThat(params.snapshot().values()).containsOnly(0.0);
    System.arraycopy(live, 0, params.values(), 0, live.length);
  }

  @Test
  void unknownSitesAreNamed() {
    assertThatThrownBy(() -> posterior.draws(new Latent("taau"), 10))
        .hasMessageContaining("no site 'taau'")
        .hasMessageContaining("tau");
    assertThatThrownBy(() -> posterior.draws(Problems.MU, 0))
        .hasMessage("The number of draws must be at least 1, got 0.");
    assertThatThrownBy(() -> posterior.draws(List.of(), 5)).hasMessageContaining("no site");
  }

  @Test
  void crossedPlatesAreReadInTheUsersOrder() {
    Latent ability = new Latent("ability");
    Latent ease = new Latent("ease");
    Derived logit = new Derived("logit");
    Observed answer = new Observed("answer");
    Plate person = Plate.of("person", 3);
    Plate item = Plate.of("item", 2);
    double[] answers = {1, 2, 3, 4, 5, 6};
    Model<double[]> model =
        (ctx, d) -> {
          Tensor a = ctx.plate(person, () -> ctx.sample(ability, Normal.of(0, 1)));
          Tensor e = ctx.plate(item, () -> ctx.sample(ease, Normal.of(0, 1)));
          ctx.plate(
              person,
              () ->
                  ctx.plate(
                      item,
                      () -> {
                        Tensor l = ctx.derive(logit, a.plus(e));
                        ctx.observe(answer, Normal.of(l, 1), ctx.data(d, Shape.of(3, 2)));
                      }));
        };
    ParamStore own = new ParamStore(session.seed().fold("crossed"));
    ScorableGuide<Object> guide =
        Problems.meanField(ModelStructure.of(session, model, answers), own);
    Posterior<double[]> crossed =
        new Svi<>(
                session,
                own,
                model,
                guide,
                new PathGradientElbo(guide, 4),
                SviSettings.defaults().withSteps(3))
            .run(answers)
            .posterior();
    Draws a = crossed.draws(ability, 4);
    Draws e = crossed.draws(ease, 4);
    Draws l = crossed.draws(logit, 4);
    assertThat(a.shape()).isEqualTo(Shape.of(3));
    assertThat(e.shape()).isEqualTo(Shape.of(2));
    assertThat(l.shape()).isEqualTo(Shape.of(3, 2));
    assertThat(l.names())
        .containsExactly(
            "logit[1,1]", "logit[1,2]", "logit[2,1]", "logit[2,2]", "logit[3,1]", "logit[3,2]");
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 2; j++) {
        assertThat(l.at(i, j).toArray()[2])
            .isCloseTo(a.at(i).toArray()[2] + e.at(j).toArray()[2], within(1e-12));
      }
    }
  }
}
