package io.flowsvi.models.bayes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.flows.train.Execution;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.model.Trace;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole fit of every bundled model: compiled code ends where the eager engine does. */
class CompiledFitsTest {
  private static final double AGREEMENT = 1e-8;
  private static final SviSettings SETTINGS =
      SviSettings.defaults().withSteps(100).withCoolingSteps(20).withEvaluation(50, 50);

  static Stream<Arguments> fits() {
    return ModelCatalog.bundled().keySet().stream()
        .flatMap(
            model -> Stream.of("mean-field", "iaf").map(family -> Arguments.of(model, family)));
  }

  @ParameterizedTest
  @MethodSource("fits")
  void compiledEndsWhereEagerDoes(String model, String family) {
    compare(ModelCatalog.bundled().get(model), family);
  }

  /** Every particle's log p − log q, and the gradient towards the guide. */
  @ParameterizedTest
  @MethodSource("fits")
  void aStepsValuesAndGradientAgree(String model, String family) {
    agree(ModelCatalog.bundled().get(model), family);
  }

  private static <D> void agree(ModelEntry<D> entry, String family) {
    D data = entry.bundled().get();
    try (Session session = Session.open(11)) {
      ModelStructure structure = ModelStructure.of(session, entry.model(), data);
      ParamStore params = new ParamStore(session.seed());
      Guide<Object> guide =
          FlowCatalog.library().guide(family).build(structure, params.scope("guide"));
      CompiledAgreement.holds(
          params,
          seed -> {
            Proposal proposal = guide.propose(new ArenaInputs(), data, 3, seed);
            Trace trace = Scoring.run(structure, entry.model(), data, proposal.values());
            return Scores.of(trace, proposal).logWeights();
          });
    }
  }

  private static <D> void compare(ModelEntry<D> entry, String family) {
    D data = entry.bundled().get();
    Fit<D> eager = fit(entry.model(), data, family, Execution.EAGER);
    Fit<D> compiled = fit(entry.model(), data, family, Execution.COMPILED);
    assertThat(compiled.execution()).isEqualTo(Execution.COMPILED);
    double[] expected = eager.parameters().values();
    double[] values = compiled.parameters().values();
    for (int i = 0; i < expected.length; i++) {
      assertThat(values[i]).isCloseTo(expected[i], within(AGREEMENT * (1 + Math.abs(expected[i]))));
    }
    for (int i = 0; i < eager.evaluations().size(); i++) {
      double elbo = eager.evaluations().get(i).elbo();
      assertThat(compiled.evaluations().get(i).elbo())
          .isCloseTo(elbo, within(AGREEMENT * (1 + Math.abs(elbo))));
    }
  }

  private static <D> Fit<D> fit(Model<D> model, D data, String family, Execution execution) {
    try (Session session = Session.open(11)) {
      ModelStructure structure = ModelStructure.of(session, model, data);
      ParamStore params = new ParamStore(session.seed());
      Guide<Object> guide =
          FlowCatalog.library().guide(family).build(structure, params.scope("guide"));
      SviSettings settings = SETTINGS.withExecution(execution);
      return new Svi<>(session, params, structure, model, guide, new Elbo(4), settings).run(data);
    }
  }
}
