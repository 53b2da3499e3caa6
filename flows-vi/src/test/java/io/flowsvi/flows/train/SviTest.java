package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Problems;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.PathGradientElbo;
import io.flowsvi.flows.objective.Scores;
import io.flowsvi.flows.optimize.Schedule;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SviTest {
  private static final double[] Y = {0.3, 2.2, -1.4, 3.1};
  private static final SviSettings SHORT =
      SviSettings.defaults().withSteps(600).withEvaluation(100, 200);

  private record Run(Session session, ParamStore params, Svi<double[]> svi) {
    static Run of(long seed, SviSettings settings) {
      Session session = Session.open(seed);
      ParamStore params = Problems.params(session);
      Model<double[]> model = Problems.normalMean();
      ModelStructure structure = ModelStructure.of(session, model, Y);
      ScorableGuide<Object> guide = Problems.meanField(structure, params);
      Objective objective = new PathGradientElbo(guide, 8);
      return new Run(
          session, params, new Svi<>(session, params, model, guide, objective, settings));
    }
  }

  @Test
  void sameSeedGivesTheSameBits() {
    Run first = Run.of(4, SHORT);
    Run second = Run.of(4, SHORT);
    first.svi().run(Y);
    second.svi().run(Y);
    assertThat(first.params().snapshot().values()).isEqualTo(second.params().snapshot().values());
    Run other = Run.of(5, SHORT);
    other.svi().run(Y);
    assertThat(other.params().snapshot().values()).isNotEqualTo(first.params().snapshot().values());
  }

  /** With other data held out, evaluations and the parameters kept are about them. */
  @Test
  void heldOutDataDecideWhatIsKept() {
    double[] far = {-8, -9, -10, -9};
    Run run =
        Run.of(4, SHORT.withSteps(300).withCoolingSteps(0).withConvergence(new Patience(2, 0)));
    Fit<double[]> fit = run.svi().validatedOn(Batches.full(far)).run(Batches.full(Y));
    // Training draws the mean towards 1, away from the held-out data: an early step is kept.
    assertThat(fit.status()).isEqualTo(Status.CONVERGED);
    assertThat(fit.bestStep()).isLessThan(fit.steps());
    Run free = Run.of(4, SHORT.withSteps(300).withCoolingSteps(0));
    assertThat(free.svi().run(Y).bestStep()).isGreaterThan(fit.bestStep());
    assertThatThrownBy(() -> run.svi().validatedOn(step -> far))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("Held-out batches without an end");
  }

  @Test
  void listenersAreToldInOrder() {
    List<String> heard = new ArrayList<>();
    Run run = Run.of(4, SHORT.withSteps(30).withEvaluation(10, 20));
    run.svi()
        .run(
            Y,
            new SviListener() {
              @Override
              public void started(long step, long steps) {
                heard.add("started " + step + " of " + steps);
              }

              @Override
              public void stepped(StepReport report) {
                assertThat(report.loss()).isFinite();
                assertThat(report.gradientNorm()).isPositive();
                heard.add("step");
              }

              @Override
              public void evaluated(Evaluation evaluation) {
                heard.add("evaluated " + evaluation.step());
              }

              @Override
              public void cooling(long step, long lastStep) {
                heard.add("cooling " + step + " to " + lastStep);
              }

              @Override
              public void ended(Status status) {
                heard.add(status.words());
              }
            });
    assertThat(heard).filteredOn(h -> h.equals("step")).hasSize(30);
    assertThat(heard)
        .filteredOn(h -> !h.equals("step"))
        .containsExactly(
            "started 0 of 30",
            "evaluated 0",
            "evaluated 10",
            "evaluated 20",
            "cooling 20 to 30",
            "evaluated 30",
            "all steps made, not yet converged");
  }

  @Test
  void theRateCoolsToAHundredth() {
    List<Double> rates = new ArrayList<>();
    Run run = Run.of(4, SHORT.withSteps(60).withSchedule(Schedule.constant()));
    run.svi()
        .run(
            Y,
            new SviListener() {
              @Override
              public void stepped(StepReport report) {
                rates.add(report.learningRate());
              }
            });
    assertThat(rates.subList(0, 40)).containsOnly(0.01);
    assertThat(rates.get(59)).isCloseTo(0.0001, within(1e-9));
    assertThat(rates.subList(40, 60)).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @Test
  void stopsWhenTheElboStopsRising() {
    SviSettings settings =
        SviSettings.defaults()
            .withSteps(50_000)
            .withCoolingSteps(100)
            .withEvaluation(100, 200)
            .withConvergence(new Convergence(4, 0.01, 500));
    Fit<double[]> fit = Run.of(4, settings).svi().run(Y);
    assertThat(fit.status()).isEqualTo(Status.CONVERGED);
    assertThat(fit.steps()).isBetween(700L, 5_000L);
  }

  @Test
  void keepsTheBestParametersWhenTheFitGetsWorse() {
    // From step 300 on the objective pulls the other way.
    Session session = Session.open(4);
    ParamStore params = Problems.params(session);
    Model<double[]> model = Problems.normalMean();
    ScorableGuide<Object> guide = Problems.meanField(ModelStructure.of(session, model, Y), params);
    Objective spoilt =
        new Objective() {
          @Override
          public int particles() {
            return 8;
          }

          @Override
          public double temperature(long step) {
            return step < 300 ? 1 : -1;
          }

          @Override
          public Tensor loss(Scores scores, Tensor temperature) {
            return new PathGradientElbo(guide, 8).loss(scores, temperature).times(temperature);
          }
        };
    Fit<double[]> fit =
        new Svi<>(session, params, model, guide, spoilt, SHORT.withCoolingSteps(0)).run(Y);
    assertThat(fit.bestStep()).isEqualTo(300);
    assertThat(params.snapshot().values()).isEqualTo(fit.parameters().values());
    List<Evaluation> all = fit.evaluations();
    assertThat(all.get(all.size() - 1).elbo()).isLessThan(all.get(3).elbo() - 0.1);
    assertThat(fit.posterior().elbo(2_000).value()).isCloseTo(all.get(3).elbo(), within(0.1));
  }

  @Test
  void traceRecordsTheBoundOfEveryStep() {
    Fit<double[]> fit = Run.of(4, SHORT.withSteps(120)).svi().run(Y);
    assertThat(fit.trace().points()).hasSize(120);
    assertThat(fit.trace().stride()).isEqualTo(1);
    assertThat(fit.trace().points()[119]).isGreaterThan(fit.trace().points()[0]);
  }

  @Test
  void longTracesStayBounded() {
    LossTrace trace = new LossTrace();
    for (int i = 0; i < 20_000; i++) {
      trace.add(i);
    }
    assertThat(trace.points().length).isLessThanOrEqualTo(4_096);
    assertThat(trace.stride()).isEqualTo(8);
    assertThat(trace.points()[0]).isEqualTo(3.5);
    assertThat(trace.points()[100]).isEqualTo(803.5);
  }

  @Test
  void singleStepsCanBeMadeByHand() {
    Run run = Run.of(4, SHORT);
    StepReport first = run.svi().step(Y);
    StepReport second = run.svi().step(Y);
    assertThat(first.step()).isZero();
    assertThat(second.step()).isEqualTo(1);
    assertThat(second.retries()).isZero();
  }

  /** mu ~ N(1, 3²) with a factor that is log of a negative number above a limit. */
  private static Model<double[]> breaksAbove(double limit) {
    return (ctx, y) -> {
      Tensor mu = ctx.sample(Problems.MU, Normal.of(0, 1));
      ctx.factor(new Factor("wall"), mu.negate().plus(limit).log());
    };
  }

  private static NonFiniteException failure(Model<double[]> model, SviSettings settings) {
    try (Session session = Session.open(20240601)) {
      ParamStore params = Problems.params(session);
      ScorableGuide<Object> guide =
          Problems.meanField(ModelStructure.of(session, model, Y), params);
      var svi = new Svi<>(session, params, model, guide, new Elbo(16), settings);
      return catchThrowableOfType(NonFiniteException.class, () -> svi.run(Y));
    }
  }

  @Test
  void aLossThatIsNotANumberNamesSiteStepAndSeed() {
    NonFiniteException e = failure(breaksAbove(0.9), SHORT.withLearningRate(0.1));
    assertThat(e).isNotNull();
    assertThat(e.site()).isEqualTo("wall");
    assertThat(e.getMessage())
        .matches(
            "Loss is NaN at step \\d+: first non-finite site is 'wall' \\(factor, \\d+ of 16"
                + " particles\\)\\. Retried \\d times at half the rate each\\. Replay: seed"
                + " 20240601, step \\d+, 16 particles\\. Likely fix: .*");
    assertThat(e.bestSoFar().status()).isEqualTo(Status.NON_FINITE);
    assertThat(e.bestSoFar().steps()).isEqualTo(e.step());
    assertThat(e.bestSoFar().parameters().values()).doesNotContain(Double.NaN);
  }

  @Test
  void distributionsAreNamedWhereTheyAreTheCulprit() {
    // The likelihood's scale is 0 where mu is far out: its log density is -∞ or NaN.
    Model<double[]> model =
        (ctx, y) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(0, 1));
          ctx.observe(Problems.Y, Normal.of(0, mu.negate().plus(1.2).relu()), Tensor.number(0.5));
        };
    NonFiniteException e = failure(model, SHORT.withLearningRate(0.1));
    assertThat(e).isNotNull();
    assertThat(e.getMessage()).contains("first non-finite site is 'y' (Normal, ");
    assertThat(e.site()).isEqualTo("y");
  }

  @Test
  void aGradientThatIsNotFiniteNamesTheParameter() {
    // sqrt at 0 has an infinite slope, while every value is finite.
    Model<double[]> model =
        (ctx, y) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(0, 1));
          ctx.factor(new Factor("edge"), mu.relu().sqrt());
        };
    NonFiniteException e = failure(model, SHORT);
    assertThat(e).isNotNull();
    assertThat(e.getMessage())
        .startsWith(
            "The gradient is not finite at step 0: all sites are finite, but the gradient of"
                + " parameter 'guide/");
  }

  @Test
  void aStepThatIsNotFiniteIsTakenBackAndMadeShorter() {
    // Not a number above 5.5. The fit starts near 0 and is pulled to 4: a first step of 8
    // overshoots.
    Model<double[]> model =
        (ctx, y) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(4, 1));
          Tensor far = mu.greaterThan(5.5);
          ctx.factor(
              new Factor("cliff"),
              far.select(Tensor.number(Double.NaN), Tensor.number(0)).plus(mu.times(0)));
        };
    try (Session session = Session.open(8)) {
      ParamStore params = Problems.params(session);
      ScorableGuide<Object> guide =
          Problems.flow(
              ModelStructure.of(session, model, Y),
              params,
              io.flowsvi.flows.layer.Chain.of(1)
                  .then(new io.flowsvi.flows.layer.ShiftScale(1, 0.05)));
      SviSettings settings = SHORT.withLearningRate(8).withSchedule(Schedule.constant());
      var svi = new Svi<>(session, params, model, guide, new Elbo(16), settings);
      StepReport first = svi.step(Y);
      assertThat(first.retries()).isZero();
      StepReport second = svi.step(Y);
      assertThat(second.retries()).isPositive();
      assertThat(second.loss()).isFinite();
      // The rate stays reduced for a while.
      assertThat(second.learningRate()).isEqualTo(8 / Math.pow(2, second.retries()));
      for (double v : params.snapshot().values()) {
        assertThat(v).isFinite();
      }
    }
  }

  @Test
  void nothingToFitIsAnError() {
    try (Session session = Session.open(1)) {
      ParamStore params = new ParamStore(session.seed());
      assertThatThrownBy(
              () ->
                  new Svi<>(
                      session,
                      params,
                      Problems.normalMean(),
                      (in, d, s, k) -> {
                        throw new AssertionError("not reached");
                      },
                      new Elbo(1),
                      SHORT))
          .isInstanceOf(PplException.class)
          .hasMessageContaining("the parameter store is empty");
    }
  }

  @Test
  void frozenParametersStayAsTheyAre() {
    Run run = Run.of(4, SHORT.withSteps(50));
    String path = run.params().params().get(0).path();
    double[] before = run.params().params().get(0).toDoubles();
    run.params().freeze(path);
    run.svi().run(Y);
    assertThat(run.params().params().get(0).toDoubles()).isEqualTo(before);
  }

  @Test
  void theFitCoversShuffledBatches() {
    record Rows(double[] y, int[] ids) {}
    Model<Rows> model =
        (ctx, d) -> {
          Tensor mu = ctx.sample(Problems.MU, Normal.of(1, 3));
          ctx.plate(
              io.flowsvi.ppl.model.Plate.batch("row", d.ids(), 40),
              () ->
                  ctx.observe(
                      Problems.Y,
                      Normal.of(mu, 2),
                      ctx.data(d.y(), io.flowsvi.ppl.tensor.Shape.of(d.y().length))));
        };
    java.util.function.Function<int[], Rows> cut =
        ids ->
            new Rows(java.util.Arrays.stream(ids).mapToDouble(i -> Math.sin(i) * 3).toArray(), ids);
    Rows all = cut.apply(java.util.stream.IntStream.range(0, 40).toArray());
    try (Session session = Session.open(12)) {
      ParamStore params = Problems.params(session);
      ScorableGuide<Object> guide =
          Problems.meanField(ModelStructure.of(session, model, all), params);
      Batches<Rows> batches = Batches.shuffled(40, 8, session.seed().fold("batches"), cut);
      Fit<Rows> fit =
          new Svi<>(
                  session,
                  params,
                  model,
                  guide,
                  new Elbo(8),
                  SviSettings.defaults().withSteps(3_000).withEvaluation(500, 400))
              .run(batches);
      double precision = 1 / 9.0 + 40 / 4.0;
      double mean = (1 / 9.0 + java.util.Arrays.stream(all.y()).sum() / 4) / precision;
      Draws mu = fit.posterior(all).draws(Problems.MU, 4_000);
      assertThat(mu.mean()).isCloseTo(mean, within(0.2 / Math.sqrt(precision)));
      assertThat(mu.sd()).isCloseTo(1 / Math.sqrt(precision), within(0.1 / Math.sqrt(precision)));
      assertThat(fit.posterior(all).psis(1_000).kHat()).isLessThan(0.7);
      assertThatThrownBy(() -> fit.posterior().psis(1_000))
          .hasMessageContaining(
              "Importance weights need all the data, but [row(8 of 40)] is a batch")
          .hasMessageContaining("fit.posterior(data)");
    }
  }
}
