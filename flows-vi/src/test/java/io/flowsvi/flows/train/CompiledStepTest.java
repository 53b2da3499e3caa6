package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.ppl.compile.Queries;
import io.flowsvi.ppl.dist.Gamma;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.StudentT;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CompiledStepTest {
  private static final double AGREEMENT = 1e-10;
  private static final SviSettings SETTINGS =
      SviSettings.defaults().withSteps(60).withCoolingSteps(20).withEvaluation(30, 50);

  private static <D> Fit<D> fit(Model<D> model, Batches<D> batches, Execution execution) {
    try (Session session = Session.open(7)) {
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, model, batches.batch(0));
      Guide<Object> guide = Problems.meanField(structure, params);
      return new Svi<>(
              session, params, model, guide, new Elbo(5), SETTINGS.withExecution(execution))
          .run(batches);
    }
  }

  private static <D> void agree(Model<D> model, Batches<D> batches, Execution expected) {
    double[] eager = fit(model, batches, Execution.EAGER).parameters().values();
    Fit<D> compiled = fit(model, batches, Execution.COMPILED);
    assertThat(compiled.execution()).isEqualTo(expected);
    double[] values = compiled.parameters().values();
    for (int i = 0; i < eager.length; i++) {
      assertThat(values[i]).isCloseTo(eager[i], within(AGREEMENT * (1 + Math.abs(eager[i]))));
    }
  }

  @Test
  void wholeFitAgrees() {
    agree(Problems.eightSchools(), Batches.full(Problems.Schools.eight()), Execution.COMPILED);
  }

  private record Rows(int[] ids, double[] y) {}

  private static final double[] SEVEN = {0.2, 1.4, -0.7, 2.2, 0.1, 0.9, -1.1};

  private static final Model<Rows> ROWS =
      (ctx, d) -> {
        Tensor mu = ctx.sample(Problems.MU, Normal.of(1, 3));
        Tensor scale = ctx.sample(Problems.TAU, Gamma.of(2, 2));
        ctx.plate(
            Plate.batch("row", d.ids(), SEVEN.length),
            () ->
                ctx.observe(
                    Problems.Y,
                    StudentT.of(4, mu, scale),
                    ctx.data(d.y(), Shape.of(d.y().length))));
      };

  private static final Batches<Rows> BATCHES =
      Batches.shuffled(
          7,
          3,
          Seed.of(3),
          ids -> new Rows(ids, Arrays.stream(ids).mapToDouble(i -> SEVEN[i]).toArray()));

  /** Seven rows in batches of three: two kinds of batches, and the rows differ in each. */
  @Test
  void minibatchesAgree() {
    agree(ROWS, BATCHES, Execution.COMPILED);
  }

  /** A batch of three rows and the last one of one row: two programs, however many batches. */
  @Test
  void batchesOfTheSameShapeReuseTheCode() {
    try (Session session = Session.open(7)) {
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, ROWS, BATCHES.batch(0));
      Guide<Object> guide = Problems.meanField(structure, params);
      Queries queries = Queries.compiled(session, params);
      CompiledStep<Rows> step =
          new CompiledStep<>(
              new Target<>(session, params, structure, ROWS, guide, queries), new Elbo(5), 1);
      for (int i = 0; i < 30; i++) {
        assertThat(step.run(BATCHES.batch(i), Seed.of(3), i, 1)).isFinite();
      }
      assertThat(step.compiled()).isEqualTo(2);
    }
  }

  /** Programs share no arrays: fits of several threads do not see each other. */
  @Test
  void severalFitsAtOnceHaveTheSameBits() throws Exception {
    double[] alone =
        fit(Problems.eightSchools(), Batches.full(Problems.Schools.eight()), Execution.COMPILED)
            .parameters()
            .values();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<double[]>> together = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        boolean schools = i % 2 == 0;
        together.add(
            threads.submit(
                () ->
                    schools
                        ? fit(
                                Problems.eightSchools(),
                                Batches.full(Problems.Schools.eight()),
                                Execution.COMPILED)
                            .parameters()
                            .values()
                        : fit(ROWS, BATCHES, Execution.COMPILED).parameters().values()));
      }
      for (int i = 0; i < 8; i += 2) {
        assertThat(together.get(i).get()).containsExactly(alone);
        assertThat(together.get(i + 1).get()).containsExactly(together.get(1).get());
      }
    } finally {
      threads.shutdown();
    }
  }

  /** A branch on a value, which no recording can follow. */
  @Test
  void valueDependentModelsRunEagerlyAndSayWhy() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(1, 3));
          boolean high = mu.mean().item() > 0;
          ctx.plate(
              Plate.of("row", y.length),
              () ->
                  ctx.observe(
                      Problems.Y, Normal.of(mu, high ? 2 : 3), ctx.data(y, Shape.of(y.length))));
        };
    double[] y = {0.3, 2.2};
    agree(model, Batches.full(y), Execution.EAGER);
    try (Session session = Session.open(7)) {
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, model, y);
      Guide<Object> guide = Problems.meanField(structure, params);
      Svi<double[]> svi = new Svi<>(session, params, model, guide, new Elbo(2), SETTINGS);
      assertThat(svi.step(y).loss()).isFinite();
      assertThat(svi.whyEager())
          .contains("The value of a tensor of shape () is read at")
          .contains("CompiledStepTest")
          .contains("cannot depend on values");
    }
  }

  /** Plain numbers that differ in each batch are part of the code, so there is none to reuse. */
  @Test
  void stepsThatDifferInEveryBatchRunEagerly() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(y[0], 3));
          ctx.observe(Problems.Y, Normal.of(mu, 2), Arena.current().tensor(y, Shape.of(1)));
        };
    agree(model, step -> new double[] {step}, Execution.EAGER);
  }

  @Test
  void frozenParametersStay() {
    try (Session session = Session.open(7)) {
      Model<double[]> model = Problems.normalMean();
      double[] y = {0.3, 2.2};
      ParamStore params = Problems.params(session);
      ModelStructure structure = ModelStructure.of(session, model, y);
      Guide<Object> guide = Problems.meanField(structure, params);
      Svi<double[]> svi = new Svi<>(session, params, model, guide, new Elbo(2), SETTINGS);
      svi.step(y);
      double[] before = params.snapshot().values();
      params.freeze("guide");
      svi.step(y);
      assertThat(params.snapshot().values()).isEqualTo(before);
      params.unfreeze("guide");
      svi.step(y);
      assertThat(params.snapshot().values()).isNotEqualTo(before);
      assertThat(svi.execution()).isEqualTo(Execution.COMPILED);
    }
  }
}
