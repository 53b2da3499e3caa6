package io.flowsvi.flows.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.MixtureFlow;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.layer.StandardNormal;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.flows.train.Posterior;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Mixture;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mixtures of flows as densities, as samplers, and as guides whose weights train. */
class MixtureGuideTest {
  private static final Latent Z = new Latent("z");

  /** Normals at −2 and 2 with standard deviation 0.5. */
  private static MixtureFlow two(ParamStore store, double... logits) {
    List<Flow> components = new ArrayList<>();
    for (int k = 0; k < 2; k++) {
      BijectiveChain chain = Chain.of(1).then(new ShiftScale(1, 0.5));
      Constant numbers = Constant.of(chain, store.scope("c" + k));
      Param shift = numbers.params(0).get("shift");
      shift.set(k == 0 ? -2 : 2);
      components.add(chain.pushforward(numbers));
    }
    MixtureFlow mixture = new MixtureFlow(components, store.scope("mixture"));
    param(store, "mixture/logits").set(logits);
    return mixture;
  }

  private static Param param(ParamStore store, String path) {
    return store.params().stream().filter(p -> p.path().equals(path)).findFirst().orElseThrow();
  }

  @Test
  void densityIsTheWeightedSumAndDrawsFollowIt() {
    ParamStore store = new ParamStore(Seed.of(1));
    MixtureFlow mixture = two(store, Math.log(3), 0);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.tensor(new double[] {-2.2, 0, 1.7}, Shape.of(3, 1));
            Mixture same =
                Mixture.of(
                    a.tensor(new double[] {Math.log(0.75), Math.log(0.25)}, Shape.of(2)),
                    List.of(Normal.of(-2, 0.5), Normal.of(2, 0.5)));
            assertThat(mixture.logProb(x).toDoubles())
                .containsExactly(same.logProb(x.squeeze(-1)).toDoubles(), within(1e-12));
            int n = 20_000;
            double[] draws = mixture.sample(Seed.of(4), Shape.of(n)).toDoubles();
            double left = Arrays.stream(draws).filter(d -> d < 0).count() / (double) n;
            // Four standard deviations of a share.
            assertThat(left).isCloseTo(0.75, within(4 * Math.sqrt(0.75 * 0.25 / n)));
            double[] strata = mixture.strata().sample(Seed.of(4), Shape.of(40)).toDoubles();
            assertThat(Arrays.stream(strata, 0, 20).max().orElseThrow()).isNegative();
            assertThat(Arrays.stream(strata, 20, 40).min().orElseThrow()).isPositive();
            return null;
          });
    }
  }

  /** A draw knows its density; no gradient reaches the weights, which a choice could not give. */
  @Test
  void drawsCarryNoGradientToTheWeights() {
    ParamStore store = new ParamStore(Seed.of(1));
    MixtureFlow mixture = two(store, 0.4, 0);
    double[] gradient = new double[store.size()];
    try (Session session = Session.open(1)) {
      session.compute(
          a ->
              Tape.gradient(
                  store,
                  gradient,
                  () -> {
                    var draw = mixture.draw(Seed.of(3), Shape.of(50));
                    assertThat(draw.logProb().toDoubles())
                        .containsExactly(mixture.logProb(draw.value()).toDoubles());
                    return draw.logProb().sum().plus(draw.value().sum());
                  }));
    }
    Param logits = param(store, "mixture/logits");
    assertThat(gradient[logits.offset()]).isZero();
    assertThat(gradient[param(store, "c0/0-ShiftScale/shift").offset()]).isNotZero();
  }

  private static Model<String> modes() {
    return (ctx, d) ->
        ctx.sample(
            Z,
            Mixture.of(
                Arena.current().tensor(new double[] {Math.log(0.2), Math.log(0.8)}, Shape.of(2)),
                List.of(Normal.of(-3, 0.5), Normal.of(2, 1))));
  }

  @Test
  void aMixtureGuideLearnsModesAndWeights() {
    try (Session session = Session.open(7)) {
      ModelStructure structure = ModelStructure.of(session, modes(), "none");
      ParamStore store = new ParamStore(Seed.of(1));
      MixtureGuide guide = new MixtureGuide(structure, two(store, 0, 0));
      Posterior<String> posterior = fit(session, store, structure, modes(), guide, 64);
      Estimate elbo = posterior.elbo(20_000);
      assertThat(elbo.value()).isCloseTo(0, within(0.005 + 3 * elbo.standardError()));
      double[] logits = param(store, "mixture/logits").toDoubles();
      assertThat(logits[0] - logits[1]).isCloseTo(Math.log(0.25), within(0.05));
      assertThat(posterior.psis(4_000).kHat()).isLessThan(0.5);
    }
  }

  private static Posterior<String> fit(
      Session session,
      ParamStore store,
      ModelStructure structure,
      Model<String> model,
      Guide<Object> guide,
      int particles) {
    return new Svi<>(
            session,
            store,
            structure,
            model,
            guide,
            ObjectiveFamily.standard().build(guide, particles),
            SviSettings.defaults().withSteps(2_000).withLearningRate(0.02))
        .run("none")
        .posterior();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ParamStore store = new ParamStore(Seed.of(1));
    List<Flow> unequal = List.of(StandardNormal.of(1), StandardNormal.of(2));
    assertThatThrownBy(() -> new MixtureFlow(List.of(), store.scope("m")))
        .isInstanceOf(PplException.class)
        .hasMessage("A mixture needs at least one flow.");
    assertThatThrownBy(() -> new MixtureFlow(unequal, store.scope("m")))
        .hasMessageContaining("must have one shape, got [(1), (2)]");
    MixtureFlow mixture = two(new ParamStore(Seed.of(1)), 0, 0);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            assertThatThrownBy(() -> mixture.strata().draw(Seed.of(1), Shape.of(5)))
                .hasMessageContaining("must be a multiple of 2; the batch is (5)");
            return null;
          });
    }
  }
}
