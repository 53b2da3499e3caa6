package io.flowsvi.flows.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Network;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.net.Net;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.PathGradientElbo;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AmortizedGuideTest {
  private static final int ROWS = 12;
  private static final Latent Z = new Latent("z");
  private static final Observed X = new Observed("x");

  private record Batch(double[] x, int[] ids) {
    static Batch of(int... ids) {
      double[] x = new double[2 * ids.length];
      for (int i = 0; i < ids.length; i++) {
        x[2 * i] = Math.sin(ids[i]);
        x[2 * i + 1] = Math.cos(3 * ids[i]);
      }
      return new Batch(x, ids);
    }
  }

  private final Session session = Session.open(11);
  private final ParamStore params = Problems.params(session);
  private final Model<Batch> model =
      (ctx, d) ->
          ctx.plate(
              plate(d),
              () -> {
                Tensor z = ctx.sample(Z, Normal.of(0, 1).event(2));
                ctx.observe(
                    X, Normal.of(z, 0.7).event(2), ctx.data(d.x(), Shape.of(d.ids().length, 2)));
              });
  private final ModelStructure structure = ModelStructure.of(session, model, Batch.of(0, 1, 2));

  private static Plate plate(Batch d) {
    return Plate.batch("row", d.ids(), ROWS);
  }

  private static Tensor features(io.flowsvi.ppl.model.Inputs in, Batch d) {
    return in.data(d.x(), Shape.of(d.ids().length, 2));
  }

  private ScorableGuide<Batch> guide() {
    BijectiveChain q = Chain.of(2).then(new ShiftScale(2, 0.5));
    Net trunk = Net.mlp(params.scope("encoder"), 2, 8, 8);
    var encoder = q.pushforward(Network.of(trunk, q, params.scope("head")));
    return AmortizedGuide.scorable(
        structure, Z, AmortizedGuideTest::plate, AmortizedGuideTest::features, encoder);
  }

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void keepsTheContract() {
    ScorableGuide<Batch> guide = guide();
    var contract = new GuideContract<>(session, params, model, Batch.of(0, 1, 2), guide);
    contract.holds();
    contract.scores(guide);
  }

  @Test
  void aRowsProposalIsTheSameInEveryBatch() {
    ScorableGuide<Batch> guide = guide();
    double[] alone = reals(guide, Batch.of(7));
    double[] among = reals(guide, Batch.of(3, 7, 1, 0));
    // The noise is the same to the bit; a matrix product may add up in another order.
    assertThat(among[2]).isCloseTo(alone[0], within(1e-12));
    assertThat(among[3]).isCloseTo(alone[1], within(1e-12));
  }

  private double[] reals(Guide<Batch> guide, Batch batch) {
    return session.compute(
        arena ->
            guide
                .propose(new ArenaInputs(), batch, 1, Seed.of(5))
                .values()
                .reals()
                .get(Z)
                .toDoubles());
  }

  @Test
  void logWeightsStayPerRow() {
    ScorableGuide<Batch> guide = guide();
    session.compute(
        arena -> {
          Scores scores = scores(guide, Batch.of(4, 5, 6), 5);
          assertThat(scores.logWeights().shape()).isEqualTo(Shape.of(5, 3));
          assertThat(scores.pathLogWeights().shape()).isEqualTo(Shape.of(5, 3));
          assertThat(scores.scale()).isEqualTo(4);
          assertThat(scores.sum(io.flowsvi.ppl.model.Term.Kind.LIKELIHOOD).shape())
              .isEqualTo(Shape.of(5));
          return 0;
        });
  }

  private Scores scores(Guide<Batch> guide, Batch batch, int particles) {
    Proposal proposal = guide.propose(new ArenaInputs(), batch, particles, Seed.of(5));
    return Scores.of(Scoring.run(structure, model, batch, proposal.values()), proposal);
  }

  @Test
  void meanOverAllMinibatchesIsTheElboOfAllRows() {
    ScorableGuide<Batch> guide = guide();
    for (Objective objective : new Objective[] {new Elbo(6), new PathGradientElbo(guide, 6)}) {
      double mean = 0;
      for (int b = 0; b < ROWS / 3; b++) {
        mean += loss(objective, guide, Batch.of(3 * b, 3 * b + 1, 3 * b + 2)) * 3 / ROWS;
      }
      int[] all = java.util.stream.IntStream.range(0, ROWS).toArray();
      // Each row has its own noise key: not only in expectation but to rounding.
      assertThat(loss(objective, guide, Batch.of(all))).isCloseTo(mean, within(1e-9));
    }
  }

  private double loss(Objective objective, Guide<Batch> guide, Batch batch) {
    return session.compute(
        arena ->
            objective.loss(scores(guide, batch, objective.particles()), Tensor.number(1)).item());
  }

  @Test
  void refusesAGlobalLatent() {
    Model<Batch> global = (ctx, d) -> ctx.sample(Z, Normal.of(0, 1));
    ModelStructure wrong = ModelStructure.of(session, global, Batch.of(1));
    assertThatThrownBy(
            () ->
                AmortizedGuide.<Batch>of(
                    wrong,
                    Z,
                    AmortizedGuideTest::plate,
                    AmortizedGuideTest::features,
                    c -> {
                      throw new AssertionError("not reached");
                    }))
        .hasMessageContaining("Site 'z': an amortised guide needs a latent in exactly one plate");
  }

  @Test
  void refusesFurtherLatents() {
    Model<Batch> two =
        (ctx, d) -> {
          ctx.sample(new Latent("w"), Normal.of(0, 1));
          model.run(ctx, d);
        };
    ModelStructure wrong = ModelStructure.of(session, two, Batch.of(1));
    assertThatThrownBy(
            () ->
                AmortizedGuide.<Batch>of(
                    wrong,
                    Z,
                    AmortizedGuideTest::plate,
                    AmortizedGuideTest::features,
                    c -> {
                      throw new AssertionError("not reached");
                    }))
        .hasMessageContaining("but the model has [w, z]");
  }

  @Test
  void refusesFeaturesOfAnotherNumberOfRows() {
    BijectiveChain q = Chain.of(2).then(new ShiftScale(2, 0.5));
    Net trunk = Net.mlp(params.scope("encoder"), 2, 8, 8);
    var encoder = q.pushforward(Network.of(trunk, q, params.scope("head")));
    Guide<Batch> guide =
        AmortizedGuide.of(
            structure,
            Z,
            AmortizedGuideTest::plate,
            (in, d) -> in.data(new double[4], Shape.of(2, 2)),
            encoder);
    session.compute(
        arena -> {
          assertThatThrownBy(
                  () -> guide.propose(new ArenaInputs(), Batch.of(1, 2, 3), 2, Seed.of(1)))
              .hasMessageContaining("features for latent 'z' have shape (2, 2), expected (3, F)");
          return 0;
        });
  }
}
