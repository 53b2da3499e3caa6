package io.flowsvi.ppl.model;

import static io.flowsvi.ppl.model.ByHand.agrees;
import static io.flowsvi.ppl.model.ByHand.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Cauchy;
import io.flowsvi.ppl.dist.Dirichlet;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Gamma;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.Laplace;
import io.flowsvi.ppl.dist.Logistic;
import io.flowsvi.ppl.dist.MultivariateNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.dist.StudentT;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** What wrappers and interpreters do to a model: missing data, non-centring, fixing, simulation. */
class EffectsTest {
  private static final Latent MU = new Latent("mu");
  private static final Latent TAU = new Latent("tau");
  private static final Latent THETA = new Latent("theta");
  private static final Observed Y = new Observed("y");

  // ---- missing data

  @Test
  void missingRowsOfEventsDoNotCount() {
    double[] y = {0.3, Double.NaN, 1.2, 0.4, Double.NaN, Double.NaN};
    int[] present = {0, 1, 0};
    Model<String> model =
        (ctx, d) -> {
          Tensor mu = ctx.sample(MU, Normal.of(0, 1).event(2));
          ctx.plate(
              Plate.of("row", 3),
              () ->
                  ctx.observe(
                      Y,
                      MultivariateNormal.scaleTril(mu, identity(ctx)),
                      ctx.data(y, Shape.of(3, 2)),
                      ctx.data(present, Shape.of(3))));
        };
    agrees(
        model,
        "",
        2,
        x -> normal(x[0], 0, 1) + normal(x[1], 0, 1) + normal(1.2, x[0], 1) + normal(0.4, x[1], 1));
  }

  private static Tensor identity(Context ctx) {
    // One matrix for all three rows, as data of the plate.
    double[] all = {1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1};
    return ctx.data(all, Shape.of(3, 2, 2));
  }

  @Test
  void missingRowsOfAnySupportDoNotCount() {
    double[] hours = {0.5, Double.NaN, 2};
    double[] counts = {Double.NaN, 3, -7};
    Observed second = new Observed("second");
    Model<String> model =
        (ctx, d) -> {
          Tensor rate = ctx.sample(TAU, HalfNormal.of(1));
          ctx.plate(
              Plate.of("row", 3),
              () -> {
                ctx.observe(
                    Y,
                    Gamma.of(Tensor.number(1), rate),
                    ctx.data(hours, Shape.of(3)),
                    ctx.data(new double[] {1, 0, 1}, Shape.of(3)));
                ctx.observe(
                    second,
                    Poisson.rate(rate),
                    ctx.data(counts, Shape.of(3)),
                    ctx.data(new double[] {0, 1, 0}, Shape.of(3)));
              });
        };
    agrees(
        model,
        "",
        1,
        x -> {
          double rate = Math.exp(x[0]);
          double prior = 0.5 * Math.log(2 / Math.PI) - 0.5 * rate * rate + x[0];
          double exponential = 2 * x[0] - rate * 2.5;
          double poisson = 3 * x[0] - rate - Math.log(6);
          return prior + exponential + poisson;
        });
  }

  @Test
  void everyRowMayBeMissing() {
    Model<String> model =
        (ctx, d) -> {
          Tensor mu = ctx.sample(MU, Normal.of(0, 1));
          double[] nothing = {Double.NaN, Double.NaN};
          ctx.plate(
              Plate.of("row", 2),
              () ->
                  ctx.observe(
                      Y,
                      Bernoulli.logits(mu),
                      ctx.data(nothing, Shape.of(2)),
                      ctx.data(new int[2], Shape.of(2))));
        };
    agrees(model, "", 1, x -> normal(x[0], 0, 1));
  }

  // ---- non-centring

  @Test
  void everyLocationScaleFamilyHasTheSameLawNonCentred() {
    List<BiFunction<Tensor, Tensor, Distribution>> families =
        List.of(
            Normal::of,
            Cauchy::of,
            Laplace::of,
            Logistic::of,
            (loc, scale) -> StudentT.of(Tensor.number(4), loc, scale));
    for (BiFunction<Tensor, Tensor, Distribution> family : families) {
      Model<String> centred =
          (ctx, d) -> {
            Tensor mu = ctx.sample(MU, Normal.of(0, 1));
            Tensor tau = ctx.sample(TAU, HalfNormal.of(1));
            ctx.plate(Plate.of("row", 2), () -> ctx.sample(THETA, family.apply(mu, tau)));
          };
      Model<String> nonCentred = NonCentred.of(centred, THETA);
      try (Session session = Session.open(1)) {
        LogDensity before = LogDensity.of(session, centred, "");
        LogDensity after = LogDensity.of(session, nonCentred, "");
        double[] z = {0.3, -0.4, 1.1, -0.7};
        double tau = Math.exp(z[1]);
        double[] theta = {z[0], z[1], z[0] + tau * z[2], z[0] + tau * z[3]};
        // A change of variables: one log scale for each row.
        assertThat(after.value(z)).isCloseTo(before.value(theta) + 2 * z[1], within(1e-12));
      }
    }
  }

  @Test
  void eventsAreNonCentredElementByElement() {
    double[] y = {0.2, 1.4, -0.6};
    Model<String> centred =
        (ctx, d) -> {
          Tensor mu = ctx.sample(MU, Normal.of(0, 1).event(3));
          Tensor tau = ctx.sample(TAU, HalfNormal.of(1));
          Tensor theta = ctx.sample(THETA, Normal.of(mu, tau.unsqueeze(-1)).event(3));
          ctx.observe(Y, Normal.of(theta, 2).event(3), ctx.data(y, Shape.of(3)));
        };
    agrees(
        NonCentred.of(centred, THETA),
        "",
        7,
        x -> {
          double tau = Math.exp(x[3]);
          double sum = 0.5 * Math.log(2 / Math.PI) - 0.5 * tau * tau + x[3];
          for (int k = 0; k < 3; k++) {
            sum += normal(x[k], 0, 1) + normal(x[4 + k], 0, 1);
            sum += normal(y[k], x[k] + tau * x[4 + k], 2);
          }
          return sum;
        });
  }

  @Test
  void drawsOfANonCentredSiteAreOfTheOriginalQuantity() {
    Model<String> model =
        NonCentred.of(
            (ctx, d) -> {
              Tensor mu = ctx.sample(MU, Normal.of(0, 1));
              ctx.plate(Plate.of("row", 2), () -> ctx.sample(THETA, Normal.of(mu, 3)));
            },
            THETA);
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, "");
      assertThat(structure.site("theta").scalarNames()).containsExactly("theta[1]", "theta[2]");
      double[] theta =
          session.compute(
              arena ->
                  Simulation.posterior(
                          structure,
                          model,
                          "",
                          structure.assign(
                              arena.tensor(new double[] {1, 0.5, -0.5}, Shape.of(1, 3))),
                          session.seed(),
                          Simulation.Observations.SKIP)
                      .get("theta")
                      .toDoubles());
      assertThat(theta).containsExactly(2.5, -0.5);
    }
  }

  // ---- fixing, starting

  @Test
  void fixedAndInitialValuesAreInTheOrderPlatesAreOpened() {
    Plate persons = Plate.of("person", 2);
    Plate items = Plate.of("item", 3);
    double[] values = {1, 2, 3, 4, 5, 6};
    double[] y = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
    Model<String> model =
        (ctx, d) -> {
          ctx.plate(
              persons,
              () -> ctx.plate(items, () -> ctx.derive(new Derived("d"), Tensor.number(0))));
          ctx.plate(
              items,
              () ->
                  ctx.plate(
                      persons,
                      () -> {
                        Tensor theta = ctx.sample(THETA, Normal.of(0, 1));
                        ctx.observe(Y, Normal.of(theta, 1), ctx.data(y, Shape.of(3, 2)));
                      }));
        };
    double expected = 0;
    for (int i = 0; i < 6; i++) {
      expected += normal(values[i], 0, 1) + normal(y[i], values[i], 1);
    }
    try (Session session = Session.open(1)) {
      LogDensity fixed = LogDensity.of(session, model.condition(Map.of(THETA, values)), "");
      assertThat(fixed.dim()).isZero();
      assertThat(fixed.value(new double[0])).isCloseTo(expected, within(1e-12));
      ModelStructure structure =
          ModelStructure.startingAt(session, model, "", Map.of(THETA, values));
      assertThat(LogDensity.of(session, structure, model, "").value(structure.start()))
          .isCloseTo(expected, within(1e-12));
    }
  }

  @Test
  void aSimplexMayBeGivenForEveryRow() {
    Model<String> model =
        (ctx, d) ->
            ctx.plate(
                Plate.of("row", 2),
                () ->
                    ctx.sample(
                        THETA,
                        Dirichlet.of(ctx.data(new double[] {1, 2, 3, 1, 2, 3}, Shape.of(2, 3)))));
    double[] given = {0.2, 0.3, 0.5, 0.6, 0.3, 0.1};
    try (Session session = Session.open(1)) {
      ModelStructure structure =
          ModelStructure.startingAt(session, model, "", Map.of(THETA, given));
      assertThat(structure.dim()).isEqualTo(4);
      double[] back =
          session.compute(
              arena ->
                  Simulation.posterior(
                          structure,
                          model,
                          "",
                          structure.assign(arena.tensor(structure.start(), Shape.of(1, 4))),
                          session.seed(),
                          Simulation.Observations.SKIP)
                      .get("theta")
                      .toDoubles());
      assertThat(back).containsExactly(given, within(1e-12));
    }
  }

  @Test
  void latentsWithoutAGivenValueAreJitteredUntilTheDensityIsFinite() {
    // log tau is needed by a factor that is -infinity at the origin of unconstrained space.
    Model<String> model =
        (ctx, d) -> {
          Tensor tau = ctx.sample(TAU, HalfNormal.of(1));
          Tensor mu = ctx.sample(MU, Normal.of(0, 1));
          ctx.factor(new Factor("wall"), mu.maximum(0).log());
        };
    try (Session session = Session.open(1)) {
      ModelStructure structure =
          ModelStructure.startingAt(session, model, "", Map.of(TAU, new double[] {0.25}));
      assertThat(structure.start()[0]).isCloseTo(Math.log(0.25), within(1e-12));
      assertThat(structure.start()[1]).isBetween(0.0, 2.0);
      ModelStructure again =
          ModelStructure.startingAt(session, model, "", Map.of(TAU, new double[] {0.25}));
      assertThat(again.start()).containsExactly(structure.start());
    }
  }

  @Test
  void substitutedPriorsReplaceTheOriginal() {
    Model<String> model =
        Substituted.priors(
            (ctx, d) -> ctx.sample(MU, Normal.of(0, 1)), Map.of(MU, p -> Normal.of(3, 10)));
    agrees(model, "", 1, x -> normal(x[0], 3, 10));
  }

  @Test
  void effectsCompose() {
    Model<String> model =
        (ctx, d) -> {
          Tensor mu = ctx.sample(MU, Normal.of(0, 1));
          Tensor theta = ctx.sample(THETA, Normal.of(mu, 2));
          ctx.observe(Y, Normal.of(theta, 1), ctx.data(new double[] {4}, Shape.of(1)));
        };
    agrees(
        Scaled.likelihood(NonCentred.of(model, THETA).condition(Map.of(MU, new double[] {5})), 0.5),
        "",
        1,
        x -> 0.5 * normal(5, 0, 1) + normal(x[0], 0, 1) + 0.5 * normal(4, 5 + 2 * x[0], 1));
  }

  // ---- per-row latents: a VAE in small

  /** z ~ N(0, I), x ~ Bernoulli(sigmoid(W z)), images as rows of a batch. */
  @Test
  void perRowLatentsKeepTheirAxisAndBatchesTheirScale() {
    double[] w = {0.5, -1, 0.3, 0.8, -0.2, 0.7};
    double[] x = {1, 0, 1, 0, 0, 1};
    int[] ids = {11, 4};
    Latent z = new Latent("z");
    Plate images = Plate.batch("image", ids, 50);
    Model<String> model =
        (ctx, d) ->
            ctx.plate(
                images,
                () -> {
                  Tensor code = ctx.sample(z, Normal.of(0, 1).event(2));
                  Tensor weight = Arena.current().tensor(w, Shape.of(3, 2));
                  Tensor logits = code.matmulTransposed(weight);
                  ctx.observe(Y, Bernoulli.logits(logits).event(3), ctx.data(x, Shape.of(2, 3)));
                });
    agrees(
        model,
        "",
        4,
        u -> {
          double sum = 0;
          for (int i = 0; i < 2; i++) {
            sum += normal(u[2 * i], 0, 1) + normal(u[2 * i + 1], 0, 1);
            for (int k = 0; k < 3; k++) {
              double logit = w[2 * k] * u[2 * i] + w[2 * k + 1] * u[2 * i + 1];
              sum += x[3 * i + k] * logit - Math.log1p(Math.exp(logit));
            }
          }
          return 25 * sum;
        });
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, "");
      session.compute(
          arena -> {
            Trace trace =
                Scoring.run(structure, model, "", structure.assign(arena.zeros(Shape.of(5, 4))));
            assertThat(trace.terms())
                .allSatisfy(t -> assertThat(t.logDensity().shape()).isEqualTo(Shape.of(5, 2)))
                .allSatisfy(t -> assertThat(t.plates()).containsExactly(images))
                .extracting(Term::kind)
                .containsExactly(Term.Kind.PRIOR, Term.Kind.LIKELIHOOD);
            return null;
          });
    }
  }

  // ---- simulation

  private static final Derived TWICE = new Derived("twice");
  private static final Generated NEW = new Generated("new_row");

  private static final Model<double[]> ROWS =
      (ctx, y) -> {
        Tensor mu = ctx.sample(MU, Normal.of(0, 1));
        ctx.plate(
            Plate.batch("row", new int[] {5, 9, 2}, 30),
            () -> {
              ctx.derive(TWICE, mu.times(2));
              ctx.observe(Y, Normal.of(mu, 0.5), ctx.data(y, Shape.of(3)));
            });
        ctx.generated(() -> ctx.sample(NEW, Normal.of(mu, 0.001)));
      };

  private static Map<String, double[]> simulate(Simulation.Observations mode) {
    double[] y = {1, 2, 3};
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, ROWS, y);
      return session.compute(
          arena -> {
            Assignment draws =
                structure.assign(arena.tensor(new double[] {-1, 40}, Shape.of(2, 1)));
            Map<String, double[]> values = new LinkedHashMap<>();
            Simulation.posterior(structure, ROWS, y, draws, session.seed(), mode)
                .forEach((name, value) -> values.put(name, value.toDoubles()));
            return values;
          });
    }
  }

  @Test
  void posteriorSimulationReplaysLatentsAndDerivesFromThem() {
    Map<String, double[]> run = simulate(Simulation.Observations.SKIP);
    assertThat(run).containsOnlyKeys("mu", "twice");
    assertThat(run.get("mu")).containsExactly(-1, 40);
    assertThat(run.get("twice")).containsExactly(-2, -2, -2, 80, 80, 80);
  }

  @Test
  void replicatesAreDrawnAroundTheirOwnDraw() {
    Map<String, double[]> run = simulate(Simulation.Observations.REPLICATE);
    assertThat(run).containsOnlyKeys("mu", "twice", "y", "new_row");
    double[] y = run.get("y");
    assertThat(Arrays.stream(y).distinct().count()).isEqualTo(6);
    // Six standard deviations each side: a false alarm in 10^8 runs.
    assertThat(Arrays.copyOf(y, 3)).containsExactly(new double[] {-1, -1, -1}, within(3.0));
    assertThat(Arrays.copyOfRange(y, 3, 6)).containsExactly(new double[] {40, 40, 40}, within(3.0));
    assertThat(run.get("new_row")[0]).isCloseTo(-1, within(0.006));
    assertThat(run.get("new_row")[1]).isCloseTo(40, within(0.006));
  }

  @Test
  void scoresOfRowsAreNeverScaled() {
    double[] scores = simulate(Simulation.Observations.SCORE).get("y");
    for (int i = 0; i < 3; i++) {
      assertThat(scores[i]).isCloseTo(normal(1 + i, -1, 0.5), within(1e-12));
      assertThat(scores[3 + i]).isCloseTo(normal(1 + i, 40, 0.5), within(1e-9));
    }
  }

  @Test
  void aSiteKeepsItsNoiseWhenOthersCome() {
    Model<String> small = (ctx, d) -> ctx.sample(MU, Normal.of(0, 1));
    Model<String> large =
        (ctx, d) -> {
          ctx.sample(TAU, HalfNormal.of(1));
          ctx.sample(MU, Normal.of(0, 1));
        };
    try (Session session = Session.open(1)) {
      assertThat(priorMu(session, large)).containsExactly(priorMu(session, small));
    }
  }

  private static double[] priorMu(Session session, Model<String> model) {
    ModelStructure structure = ModelStructure.of(session, model, "");
    return session.compute(
        arena ->
            Simulation.prior(structure, model, "", 7, session.seed().fold("p"))
                .get("mu")
                .toDoubles());
  }

  // ---- structure

  @Test
  void singlePrecisionScoresTheSameToItsDigits() {
    Model<String> model =
        (ctx, d) -> {
          Tensor tau = ctx.sample(TAU, HalfNormal.of(1).event(3));
          double[] shares = {0.2, 0.3, 0.5, 0.7, 0.2, 0.1};
          ctx.plate(
              Plate.of("row", 2),
              () -> ctx.observe(Y, Dirichlet.of(tau), ctx.data(shares, Shape.of(2, 3))));
        };
    double[] x = {0.3, -0.2, 0.9};
    try (Session exact = Session.open(1);
        Session single =
            Session.open(
                SessionSettings.of(1)
                    .withBackend(Backend.TORCH)
                    .withPrecision(Precision.FLOAT32))) {
      double expected = LogDensity.of(exact, model, "").value(x);
      // Some thirty operations, each with a relative error of 6e-8.
      assertThat(LogDensity.of(single, model, "").value(x)).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void aModelWithoutLatentsHasADensity() {
    Model<String> model = (ctx, d) -> ctx.observe(Y, Normal.of(1, 2), Tensor.number(0));
    agrees(model, "", 0, x -> normal(0, 1, 2));
  }

  @Test
  void fingerprintsTellModelsApartButNotBatches() {
    try (Session session = Session.open(1)) {
      String here = rows(session, "row", 30, 1, 2);
      assertThat(rows(session, "row", 30, 7)).isEqualTo(here);
      assertThat(rows(session, "row", 31, 1, 2)).isNotEqualTo(here);
      assertThat(rows(session, "line", 30, 1, 2)).isNotEqualTo(here);
      assertThat(ModelStructure.of(session, ROWS, new double[3]).fingerprint()).isNotEqualTo(here);
      assertThat(here).startsWith("2 sites, ");
    }
  }

  private static String rows(Session session, String plate, int all, int... ids) {
    Model<String> model =
        (ctx, d) -> {
          Tensor mu = ctx.sample(MU, Normal.of(0, 1));
          ctx.plate(
              Plate.batch(plate, ids, all),
              () ->
                  ctx.observe(
                      Y, Normal.of(mu, 1), ctx.data(new double[ids.length], Shape.of(ids.length))));
        };
    return ModelStructure.of(session, model, "").fingerprint();
  }
}
