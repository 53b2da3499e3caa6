package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.train.Execution;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.bayes.ModelCatalog;
import io.flowsvi.models.bayes.ModelEntry;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every bundled model with every family: both engines agree to 1e-8 after 100 steps of one seed.
 */
class EngineAgreementTest {
  private static final int STEPS = 100;
  private static final double AGREEMENT = 1e-8;

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (String model : ModelCatalog.bundled().keySet()) {
      cases.add(Arguments.of(model, "iaf"));
    }
    for (String family : FlowCatalog.library().names()) {
      cases.add(Arguments.of("eight-schools", family));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void enginesAgreeAfterAHundredSteps(String model, String family) {
    ModelEntry<?> entry = new ModelCatalog(ModelCatalog.bundled()).find(model);
    double[] java = fit(entry, family, Backend.JAVA, Execution.EAGER);
    double[] torch = fit(entry, family, Backend.TORCH, Execution.EAGER);
    double[] compiled = fit(entry, family, Backend.JAVA, Execution.COMPILED);
    for (int i = 0; i < java.length; i++) {
      assertThat(torch[i]).isCloseTo(java[i], within(AGREEMENT * (1 + Math.abs(java[i]))));
      assertThat(compiled[i]).isCloseTo(java[i], within(AGREEMENT * (1 + Math.abs(java[i]))));
    }
  }

  private static <D> double[] fit(
      ModelEntry<D> entry, String family, Backend backend, Execution execution) {
    D data = entry.bundled().get();
    try (Session session = Session.open(SessionSettings.of(3).withBackend(backend))) {
      ModelStructure structure = ModelStructure.of(session, entry.model(), data);
      ParamStore params = new ParamStore(session.seed());
      Guide<Object> guide =
          FlowCatalog.library().guide(family).build(structure, params.scope("guide"));
      Svi<D> svi =
          new Svi<>(
              session,
              params,
              structure,
              entry.model(),
              guide,
              new Elbo(4),
              SviSettings.defaults().withExecution(execution));
      for (int step = 0; step < STEPS; step++) {
        svi.step(data);
      }
      assertThat(svi.execution()).isEqualTo(execution);
      return params.snapshot().values();
    }
  }
}
