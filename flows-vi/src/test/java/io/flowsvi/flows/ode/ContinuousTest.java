package io.flowsvi.flows.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.EstimatedChain;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.Network;
import io.flowsvi.flows.net.Net;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContinuousTest {
  private final ParamStore store = new ParamStore(Seed.of(1));
  private final FieldNet net = FieldNet.of(FieldSettings.of(2, 8, 8), store.scope("field"));
  private final Continuous layer = new Continuous(net, AdaptiveSteps.of(1e-9));

  @Test
  void countsWhatSolvesTook() {
    Fields.scatter(store, 1);
    Constant numbers = Constant.of(Chain.of(2).then(layer), store.scope("chain"));
    Flow flow = Chain.of(2).then(layer).pullback(numbers);
    try (Session session = Session.open(1)) {
      session.compute(a -> flow.logProb(a.normal(Seed.of(2), Shape.of(50, 2))));
      session.compute(a -> flow.logProb(a.normal(Seed.of(3), Shape.of(50, 2))));
    }
    SolveLog.Counts counts = layer.log().take();
    assertThat(counts.solves()).isEqualTo(2);
    assertThat(counts.most()).isBetween(14, 400);
    assertThat(counts.mean()).isBetween(14.0, (double) counts.most());
    assertThat(counts.toString()).matches("[0-9.]+ evaluations a solve, at most [0-9]+");
    assertThat(layer.log().take().solves()).isZero();
    assertThat(new SolveLog.Counts(2, 60, 40, 3).toString())
        .isEqualTo("30.0 evaluations a solve, at most 40, 3 steps underflowed (stiff field)");
  }

  /** Draws by our stepper and by Commons Math from the same noise are the same points. */
  @Test
  void aFrozenFieldDrawsWhatTheFlowDraws() {
    Fields.scatter(store, 1);
    BijectiveChain chain = Chain.of(2).then(layer);
    Flow flow = chain.pullback(Constant.of(chain, store.scope("chain")));
    try (Session session = Session.open(1)) {
      double[] ours = session.compute(a -> flow.sample(Seed.of(4), Shape.of(30)).toDoubles());
      double[] reference = new FrozenField(session, net, 1e-11).sample(30, 1, 0, Seed.of(4));
      for (int i = 0; i < ours.length; i++) {
        assertThat(ours[i]).isCloseTo(reference[i], within(1e-7));
      }
    }
  }

  @Test
  void trainingSeesPenaltiesAndTheQuickerSolver() {
    Fields.scatter(store, 1);
    Solver quick = FixedSteps.of(ButcherTableau.RK4, 4);
    EstimatedChain chain =
        EstimatedChain.of(2).then(layer.trained(Divergence.exact(), new Penalty(0.1, 0.2), quick));
    EstimatedFlow flow = chain.pullback(Constant.of(chain.exact(), store.scope("chain")));
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.normal(Seed.of(2), Shape.of(20, 2));
            layer.log().take();
            EstimatedFlow.Score score = flow.score(x, Seed.of(1));
            assertThat(layer.log().take().most()).isEqualTo(16);
            double[] quickly = score.logProb().toDoubles();
            double[] exactly = flow.exact().logProb(x).toDoubles();
            for (int i = 0; i < 20; i++) {
              assertThat(quickly[i]).isCloseTo(exactly[i], within(5e-3)).isNotEqualTo(exactly[i]);
            }
            double penalty = score.loss().item() + score.logProb().mean().item();
            assertThat(penalty).isPositive();
            assertThat(score.penalty().mean().item()).isCloseTo(penalty, within(1e-12));
            return null;
          });
    }
  }

  /** A context of its own for each row, or weights, gives each row a field of its own. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void amortisedFieldsFollowTheirContext(int rank) {
    ParamStore own = new ParamStore(Seed.of(1));
    FieldNet conditional =
        FieldNet.of(FieldSettings.of(2, 8, 8).withContext(3).withRank(rank), own.scope("field"));
    BijectiveChain chain =
        Chain.of(2).then(new Continuous(conditional, FixedSteps.of(ButcherTableau.RK4, 4)));
    Network numbers = Network.of(Net.mlp(own.scope("trunk"), 4, 6), chain, own.scope("head"));
    Fields.scatter(own, 1);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            double[] contexts = Fields.normals("contexts", 12);
            double[] x = Fields.normals("rows", 2);
            double[] three = {x[0], x[1], x[0], x[1], x[0], x[1]};
            double[] together =
                chain
                    .pullback(numbers)
                    .given(a.tensor(contexts, Shape.of(3, 4)))
                    .logProb(a.tensor(three, Shape.of(3, 2)))
                    .toDoubles();
            assertThat(together[0]).isNotEqualTo(together[1]);
            for (int i = 0; i < 3; i++) {
              double[] c = java.util.Arrays.copyOfRange(contexts, 4 * i, 4 * i + 4);
              double alone =
                  chain
                      .pullback(numbers)
                      .given(a.tensor(c, Shape.of(1, 4)))
                      .logProb(a.tensor(x, Shape.of(1, 2)))
                      .item();
              assertThat(together[i]).isCloseTo(alone, within(1e-12));
            }
            return null;
          });
    }
  }

  /** More rows than a trial of the first step takes, each with a field of its own. */
  @Test
  void adaptiveStepsServeManyAmortisedFields() {
    ParamStore own = new ParamStore(Seed.of(1));
    FieldNet conditional = FieldNet.of(FieldSettings.of(2, 8).withContext(3), own.scope("field"));
    BijectiveChain chain = Chain.of(2).then(new Continuous(conditional, AdaptiveSteps.of(1e-6)));
    BijectiveChain fixed =
        Chain.of(2)
            .then(new Continuous(conditional, FixedSteps.of(ButcherTableau.DORMAND_PRINCE, 20)));
    Network numbers = Network.of(Net.mlp(own.scope("trunk"), 4, 6), chain, own.scope("head"));
    Fields.scatter(own, 1);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor contexts = a.normal(Seed.of(2), Shape.of(300, 4));
            Tensor x = a.normal(Seed.of(3), Shape.of(300, 2));
            double[] adaptive = chain.pullback(numbers).given(contexts).logProb(x).toDoubles();
            double[] reference = fixed.pullback(numbers).given(contexts).logProb(x).toDoubles();
            for (int i = 0; i < 300; i++) {
              assertThat(adaptive[i]).isCloseTo(reference[i], within(1e-4));
            }
            return null;
          });
    }
  }
}
