package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.ppl.compile.Queries;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Questions to a posterior: compiled code answers as the eager engine does. */
class CompiledQueriesTest {
  private static final double AGREEMENT = 1e-10;
  private static final SviSettings SETTINGS = SviSettings.defaults().withSteps(1);

  private static <D> double[] answers(
      Model<D> model, D data, Execution execution, Function<Posterior<D>, double[]> question) {
    try (Session session = Session.open(7)) {
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, model, data);
      Guide<Object> guide = Problems.meanField(structure, params);
      return question.apply(
          new Svi<>(session, params, model, guide, new Elbo(5), SETTINGS.withExecution(execution))
              .run(data)
              .posterior());
    }
  }

  private static <D> void agree(Model<D> model, D data, Function<Posterior<D>, double[]> question) {
    double[] eager = answers(model, data, Execution.EAGER, question);
    double[] compiled = answers(model, data, Execution.COMPILED, question);
    assertThat(compiled).hasSameSizeAs(eager);
    for (int i = 0; i < eager.length; i++) {
      assertThat(compiled[i]).isCloseTo(eager[i], within(AGREEMENT * (1 + Math.abs(eager[i]))));
    }
  }

  /** 700: a whole chunk and a part of one. */
  @Test
  void weightsAgree() {
    var schools = Problems.Schools.eight();
    agree(Problems.eightSchools(), schools, p -> p.logWeights(700));
    agree(Problems.eightSchools(), schools, p -> new double[] {p.elbo(700).value()});
  }

  @Test
  void drawsAgree() {
    var schools = Problems.Schools.eight();
    for (Site site : List.of(Problems.TAU, Problems.THETA, Problems.NEW_SCHOOL, Problems.Y)) {
      agree(Problems.eightSchools(), schools, p -> p.draws(site, 20).toArray());
    }
  }

  @Test
  void valueDependentModelsAreAskedEagerly() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(1, 3));
          boolean high = mu.mean().item() > 0;
          ctx.observe(Problems.Y, Normal.of(mu, high ? 2 : 3), ctx.data(y, Shape.of(1)));
        };
    agree(model, new double[] {0.5}, p -> p.logWeights(20));
  }

  @Test
  void drawsOfJavaCodeCannotBeRecorded() {
    assertThatThrownBy(
            () ->
                Recorder.record(
                    new ParamStore(Seed.of(1)),
                    r -> List.of(Tensor.number(r.seed().generator().nextDouble()))))
        .isInstanceOf(RecordingException.class)
        .hasMessageContaining("Random numbers are drawn by Java code at")
        .hasMessageContaining("CompiledQueriesTest");
  }

  /** Other data of the same shape: no second program, other answers. */
  @Test
  void newDataReuseTheCode() {
    try (Session session = Session.open(1)) {
      ParamStore store = new ParamStore(session.seed());
      Queries queries = Queries.compiled(session, store);
      double[] sums = new double[3];
      for (int i = 0; i < 3; i++) {
        double[] data = {1, 2, i};
        sums[i] =
            queries.ask(
                "sum",
                data,
                Seed.of(1),
                seed ->
                    List.of(
                        Arena.current()
                            .tensor(data, Shape.of(3))
                            .plus(Arena.current().normal(seed, Shape.of(3)))
                            .sum()),
                found -> found.get(0).item());
      }
      assertThat(sums[2] - sums[1]).isCloseTo(1, within(1e-12));
      assertThat(queries.compiled("sum")).isEqualTo(1);
    }
  }
}
