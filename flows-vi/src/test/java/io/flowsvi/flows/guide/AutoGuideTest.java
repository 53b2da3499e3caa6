package io.flowsvi.flows.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.Planar;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AutoGuideTest {
  private final Session session = Session.open(3);
  private final ParamStore params = Problems.params(session);
  private final Model<Problems.Schools> model = Problems.eightSchools();
  private final Problems.Schools data = Problems.Schools.eight();
  private final ModelStructure structure = ModelStructure.of(session, model, data);

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void meanFieldKeepsTheContract() {
    ScorableGuide<Object> guide = Problems.meanField(structure, params);
    var contract = new GuideContract<>(session, params, model, data, guide);
    contract.holds();
    contract.scores(guide);
  }

  @Test
  void fullRankKeepsTheContract() {
    ScorableGuide<Object> guide = Problems.fullRank(structure, params);
    var contract = new GuideContract<>(session, params, model, data, guide);
    contract.holds();
    contract.scores(guide);
  }

  @Test
  void inverseAutoregressiveFlowKeepsTheContract() {
    ScorableGuide<Object> guide = Problems.scorableIaf(structure, params, 16);
    var contract = new GuideContract<>(session, params, model, data, guide);
    contract.holds();
    contract.scores(guide);
  }

  @Test
  void planarKeepsTheContract() {
    Chain chain = Chain.of(10).then(new ShiftScale(10, 0.3)).then(new Planar(10));
    Guide<Object> guide =
        AutoGuide.of(structure, chain.pushforward(Constant.of(chain, params.scope("g"))));
    new GuideContract<>(session, params, model, data, guide).holds();
  }

  @Test
  void startsAtTheModelsStartingPoint() {
    ModelStructure moved =
        ModelStructure.startingAt(session, model, data, Map.of(Problems.MU, new double[] {7.5}));
    ScorableGuide<Object> guide = Problems.meanField(moved, params);
    session.compute(
        arena -> {
          Proposal proposal = guide.propose(new ArenaInputs(), data, 4_000, Seed.of(1));
          double mean = proposal.values().reals().get(Problems.MU).mean().item();
          // sd .3 over 4,000 draws: five standard errors.
          assertThat(mean).isCloseTo(7.5, within(0.024));
          double[] own = Terms.sum(proposal.logQ()).toDoubles();
          double[] scored =
              Terms.sum(guide.logProb(new ArenaInputs(), data, proposal.values())).toDoubles();
          assertThat(scored[17]).isCloseTo(own[17], within(1e-9));
          return 0;
        });
  }

  @Test
  void refusesASamplerOfAnotherDimension() {
    Chain chain = Chain.of(4).then(new ShiftScale(4, 1));
    assertThatThrownBy(
            () -> AutoGuide.of(structure, chain.pushforward(Constant.of(chain, params.scope("g")))))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("draws vectors of shape (4), but the model has 10")
        .hasMessageContaining("eta 8")
        .hasMessageContaining("Chain.of(structure.dim())");
  }

  @Test
  void refusesLatentsInABatchPlate() {
    Latent z = new Latent("z");
    Model<int[]> rows =
        (ctx, ids) ->
            ctx.plate(Plate.batch("image", ids, 100), () -> ctx.sample(z, Normal.of(0, 1)));
    ModelStructure batch = ModelStructure.of(session, rows, new int[] {4, 8});
    assertThatThrownBy(() -> Problems.meanField(batch, params))
        .hasMessageContaining("Latent 'z' is in the batch plate image(2 of 100)")
        .hasMessageContaining("AmortizedGuide");
  }

  @Test
  void aGuideThatCannotScoreSaysSoWhenAsked() {
    Chain chain = Chain.of(10).then(new Planar(10));
    Guide<Object> guide =
        AutoGuide.of(structure, chain.pushforward(Constant.of(chain, params.scope("g"))));
    session.compute(
        arena -> {
          Proposal proposal = guide.propose(new ArenaInputs(), data, 2, Seed.of(1));
          assertThatThrownBy(() -> proposal.pathLogQ().get())
              .isInstanceOf(PplException.class)
              .hasMessageContaining("cannot score values")
              .hasMessageContaining("Planar")
              .hasMessageContaining("Likely fix");
          return 0;
        });
  }

  @Test
  void scoringAnIncompleteAssignmentNamesTheLatent() {
    ScorableGuide<Object> guide = Problems.meanField(structure, params);
    session.compute(
        arena -> {
          var some =
              new io.flowsvi.ppl.model.Assignment(Map.of(Problems.MU, arena.zeros(Shape.of(1, 1))));
          assertThatThrownBy(() -> guide.logProb(new ArenaInputs(), data, some))
              .hasMessageContaining("No value for latent 'tau'");
          return 0;
        });
  }
}
