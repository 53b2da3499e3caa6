package io.flowsvi.ppl.model;

import static io.flowsvi.ppl.model.ByHand.agrees;
import static io.flowsvi.ppl.model.ByHand.halfCauchy;
import static io.flowsvi.ppl.model.ByHand.normal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Uniform;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Log densities of models against the same densities written by hand on arrays. */
class ModelDensityTest {
  private static final Latent MU = new Latent("mu");
  private static final Latent TAU = new Latent("tau");
  private static final Latent ETA = new Latent("eta");
  private static final Latent BETA = new Latent("beta");
  private static final Observed Y = new Observed("y");

  private static final double[] SCHOOLS = {28, 8, -3, 7, -1, 1, 18, 12};
  private static final double[] SIGMA = {15, 10, 16, 11, 9, 11, 10, 18};

  private static void schools(Context ctx) {
    Tensor mu = ctx.sample(MU, Normal.of(0, 5));
    Tensor tau = ctx.sample(TAU, HalfCauchy.of(5));
    ctx.plate(
        Plate.of("school", 8),
        () -> {
          Tensor theta = ctx.sample(ETA, Normal.of(mu, tau));
          ctx.observe(
              Y, Normal.of(theta, ctx.data(SIGMA, Shape.of(8))), ctx.data(SCHOOLS, Shape.of(8)));
        });
  }

  @Test
  void centredSchools() {
    agrees(
        (ctx, d) -> schools(ctx),
        "",
        10,
        x -> {
          double tau = Math.exp(x[1]);
          double sum = normal(x[0], 0, 5) + halfCauchy(tau, 5) + x[1];
          for (int j = 0; j < 8; j++) {
            sum += normal(x[2 + j], x[0], tau) + normal(SCHOOLS[j], x[2 + j], SIGMA[j]);
          }
          return sum;
        });
  }

  @Test
  void nonCentredWithoutEditing() {
    Model<String> model = NonCentred.of((ctx, d) -> schools(ctx), ETA);
    agrees(
        model,
        "",
        10,
        x -> {
          double tau = Math.exp(x[1]);
          double sum = normal(x[0], 0, 5) + halfCauchy(tau, 5) + x[1];
          for (int j = 0; j < 8; j++) {
            sum += normal(x[2 + j], 0, 1) + normal(SCHOOLS[j], x[0] + tau * x[2 + j], SIGMA[j]);
          }
          return sum;
        });
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, "");
      assertThat(structure.site("eta").site()).isInstanceOf(Derived.class);
      assertThat(structure.latents()).extracting(l -> l.site().name()).contains("eta_std");
    }
  }

  @Test
  void logisticRegressionWithDataReadInsideAndOutsideThePlate() {
    double[] x = {0.5, 1, -1, 0.3, 2, -0.7, 0.1, 0.2};
    double[] y = {1, 0, 1, 1};
    ToDoubleFunction<double[]> byHand =
        b -> {
          double sum = normal(b[0], 0, 2.5) + normal(b[1], 0, 1) + normal(b[2], 0, 1);
          for (int i = 0; i < 4; i++) {
            double eta = b[0] + b[1] * x[2 * i] + b[2] * x[2 * i + 1];
            sum += y[i] * eta - Math.log1p(Math.exp(eta));
          }
          return sum;
        };
    Model<String> inside =
        (ctx, d) -> {
          Tensor alpha = ctx.sample(MU, Normal.of(0, 2.5));
          Tensor beta = ctx.sample(BETA, Normal.of(0, 1).event(2));
          ctx.plate(
              Plate.of("row", 4),
              () -> {
                Tensor logits = ctx.data(x, Shape.of(4, 2)).linear(beta).plus(alpha);
                ctx.observe(Y, Bernoulli.logits(logits), ctx.data(y, Shape.of(4)));
              });
        };
    Model<String> outside =
        (ctx, d) -> {
          Tensor alpha = ctx.sample(MU, Normal.of(0, 2.5));
          Tensor beta = ctx.sample(BETA, Normal.of(0, 1).event(2));
          Tensor logits = ctx.data(x, Shape.of(4, 2)).linear(beta).plus(alpha);
          ctx.plate(
              Plate.of("row", 4),
              () -> ctx.observe(Y, Bernoulli.logits(logits), ctx.data(y, Shape.of(4))));
        };
    agrees(inside, "", 3, byHand);
    agrees(outside, "", 3, byHand);
  }

  @Test
  void gatherFromASiblingPlate() {
    double[] y = {1, 2, 3, 4, 5};
    int[] county = {0, 2, 1, 2, 0};
    Model<String> model =
        (ctx, d) -> {
          Plate counties = Plate.of("county", 3);
          Tensor mu = ctx.sample(MU, Normal.of(0, 10));
          Tensor within = ctx.sample(TAU, HalfNormal.of(1));
          Tensor alpha = ctx.plate(counties, () -> ctx.sample(ETA, Normal.of(mu, 1)));
          ctx.plate(
              Plate.of("home", 5),
              () -> {
                Tensor intercept = ctx.gather(alpha, counties, ctx.data(county, Shape.of(5)));
                ctx.observe(Y, Normal.of(intercept, within), ctx.data(y, Shape.of(5)));
              });
        };
    agrees(
        model,
        "",
        5,
        x -> {
          double within = Math.exp(x[1]);
          double half = 0.5 * Math.log(2 / Math.PI) - 0.5 * within * within;
          double sum = normal(x[0], 0, 10) + half + x[1];
          for (int j = 0; j < 3; j++) {
            sum += normal(x[2 + j], x[0], 1);
          }
          for (int i = 0; i < 5; i++) {
            sum += normal(y[i], x[2 + county[i]], within);
          }
          return sum;
        });
  }

  @Test
  void crossedPlatesHaveTwoAxes() {
    double[] y = {1, 2, 3, 4, 5, 6};
    Plate persons = Plate.of("person", 2);
    Plate items = Plate.of("item", 3);
    Model<String> model =
        (ctx, d) -> {
          Tensor ability = ctx.plate(persons, () -> ctx.sample(ETA, Normal.of(0, 1)));
          Tensor difficulty = ctx.plate(items, () -> ctx.sample(BETA, Normal.of(0, 1)));
          ctx.plate(
              persons,
              () ->
                  ctx.plate(
                      items,
                      () ->
                          ctx.observe(
                              Y,
                              Normal.of(ability.minus(difficulty), 1),
                              ctx.data(y, Shape.of(2, 3)))));
        };
    agrees(
        model,
        "",
        5,
        x -> {
          double sum = 0;
          for (double v : x) {
            sum += normal(v, 0, 1);
          }
          for (int p = 0; p < 2; p++) {
            for (int i = 0; i < 3; i++) {
              sum += normal(y[3 * p + i], x[p] - x[2 + i], 1);
            }
          }
          return sum;
        });
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, "");
      assertThat(structure.plates()).extracting(PlateAxis::axis).containsExactly(0, 1);
      assertThat(structure.site("eta").plateShape()).isEqualTo(Shape.of(2, 1));
      assertThat(structure.site("beta").plateShape()).isEqualTo(Shape.of(1, 3));
    }
  }

  @Test
  void crossedPlatesMayBeOpenedInEitherOrder() {
    double[] y = {1, 2, 3, 4, 5, 6};
    Plate persons = Plate.of("person", 2);
    Plate items = Plate.of("item", 3);
    Model<String> model =
        (ctx, d) -> {
          Tensor ability = ctx.plate(persons, () -> ctx.sample(ETA, Normal.of(0, 1)));
          ctx.plate(persons, () -> ctx.plate(items, () -> ctx.sample(BETA, Normal.of(ability, 1))));
          ctx.plate(
              items,
              () ->
                  ctx.plate(
                      persons,
                      () -> ctx.observe(Y, Normal.of(ability, 1), ctx.data(y, Shape.of(3, 2)))));
        };
    agrees(
        model,
        "",
        8,
        x -> {
          double sum = normal(x[0], 0, 1) + normal(x[1], 0, 1);
          for (int p = 0; p < 2; p++) {
            for (int i = 0; i < 3; i++) {
              sum += normal(x[2 + 3 * p + i], x[p], 1) + normal(y[2 * i + p], x[p], 1);
            }
          }
          return sum;
        });
  }

  @Test
  void supportsMayDependOnOtherSitesAndScansCarry() {
    double[] y = {0.1, -0.4, 0.3, 0.9, -1.2};
    Latent a = new Latent("alpha");
    Model<String> garch =
        (ctx, d) -> {
          Tensor alpha = ctx.sample(a, Uniform.of(0, 1));
          Tensor beta = ctx.sample(BETA, Uniform.of(Tensor.number(0), alpha.negate().plus(1)));
          ctx.plate(
              Plate.of("time", 5),
              () -> {
                Tensor values = ctx.data(y, Shape.of(5));
                Tensor first = alpha.times(0).plus(0.25);
                Tensor variance =
                    Tensor.scan(
                            first,
                            values.square().unsqueeze(0),
                            (v, e) ->
                                new Tensor.Step(alpha.times(e).plus(beta.times(v)).plus(0.1), v))
                        .output();
                ctx.observe(Y, Normal.of(0, variance.sqrt()), values);
              });
        };
    agrees(
        garch,
        "",
        2,
        x -> {
          double alpha = 1 / (1 + Math.exp(-x[0]));
          double share = 1 / (1 + Math.exp(-x[1]));
          double beta = (1 - alpha) * share;
          double sum = Math.log(alpha) + Math.log(1 - alpha);
          sum += Math.log(share) + Math.log(1 - share);
          double v = 0.25;
          for (double e : y) {
            sum += normal(e, 0, Math.sqrt(v));
            v = alpha * e * e + beta * v + 0.1;
          }
          return sum;
        });
  }

  @Test
  void missingRowsDoNotCountWhateverTheirValue() {
    double[] y = {1, Double.NaN, 3};
    double[] present = {1, 0, 1};
    Model<String> model =
        (ctx, d) -> {
          Tensor mu = ctx.sample(MU, Normal.of(0, 1));
          ctx.plate(
              Plate.of("row", 3),
              () ->
                  ctx.observe(
                      Y,
                      Normal.of(mu, 2),
                      ctx.data(y, Shape.of(3)),
                      ctx.data(present, Shape.of(3))));
        };
    agrees(model, "", 1, x -> normal(x[0], 0, 1) + normal(1, x[0], 2) + normal(3, x[0], 2));
  }

  @Test
  void batchPlatesScaleTheLikelihood() {
    double[] y = {1, 2};
    Model<String> model =
        (ctx, d) -> {
          Tensor mu = ctx.sample(MU, Normal.of(0, 1));
          ctx.plate(
              Plate.batch("row", new int[] {4, 7}, 10),
              () -> ctx.observe(Y, Normal.of(mu, 2), ctx.data(y, Shape.of(2))));
        };
    agrees(model, "", 1, x -> normal(x[0], 0, 1) + 5 * (normal(1, x[0], 2) + normal(2, x[0], 2)));
  }

  @Test
  void conditioningKeepsThePriorAndInterventionDropsIt() {
    Map<Latent, double[]> fixed = Map.of(TAU, new double[] {2});
    ToDoubleFunction<double[]> rest =
        x -> {
          double sum = normal(x[0], 0, 5);
          for (int j = 0; j < 8; j++) {
            sum += normal(x[1 + j], x[0], 2) + normal(SCHOOLS[j], x[1 + j], SIGMA[j]);
          }
          return sum;
        };
    Model<String> schools = (ctx, d) -> schools(ctx);
    agrees(
        Conditioned.condition(schools, fixed),
        "",
        9,
        x -> rest.applyAsDouble(x) + halfCauchy(2, 5));
    agrees(Conditioned.intervene(schools, fixed), "", 9, rest);
  }

  @Test
  void temperedAndMaskedLikelihoods() {
    Model<String> schools = (ctx, d) -> schools(ctx);
    ToDoubleFunction<double[]> prior =
        x -> {
          double sum = normal(x[0], 0, 5) + halfCauchy(Math.exp(x[1]), 5) + x[1];
          for (int j = 0; j < 8; j++) {
            sum += normal(x[2 + j], x[0], Math.exp(x[1]));
          }
          return sum;
        };
    agrees(Masked.without(schools, Y), "", 10, prior);
    agrees(
        Scaled.likelihood(schools, 0.5),
        "",
        10,
        x -> {
          double sum = prior.applyAsDouble(x);
          for (int j = 0; j < 8; j++) {
            sum += 0.5 * normal(SCHOOLS[j], x[2 + j], SIGMA[j]);
          }
          return sum;
        });
  }

  @Test
  void indexedSitesInLoops() {
    Latent z = new Latent("z");
    Model<String> model =
        (ctx, d) -> {
          Tensor before = Tensor.number(0);
          for (int t = 0; t < 4; t++) {
            before = ctx.sample(z.at(t), Normal.of(before, 1));
          }
        };
    agrees(
        model,
        "",
        4,
        x ->
            normal(x[0], 0, 1)
                + normal(x[1], x[0], 1)
                + normal(x[2], x[1], 1)
                + normal(x[3], x[2], 1));
    try (Session session = Session.open(1)) {
      assertThat(ModelStructure.of(session, model, "").latents())
          .extracting(l -> l.site().name())
          .isEqualTo(List.of("z[1]", "z[2]", "z[3]", "z[4]"));
    }
  }

  @Test
  void initialValuesBecomeTheStart() {
    try (Session session = Session.open(1)) {
      Model<String> schools = (ctx, d) -> schools(ctx);
      ModelStructure structure =
          ModelStructure.startingAt(
              session, schools, "", Map.of(MU, new double[] {3}, TAU, new double[] {Math.E}));
      assertThat(structure.start()[0]).isCloseTo(3, within(1e-12));
      assertThat(structure.start()[1]).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void scalarNamesAreStans() {
    try (Session session = Session.open(1)) {
      Model<String> model =
          (ctx, d) -> {
            ctx.sample(MU, Normal.of(0, 1));
            ctx.plate(Plate.of("row", 2), () -> ctx.sample(BETA, Normal.of(0, 1).event(2)));
          };
      ModelStructure structure = ModelStructure.of(session, model, "");
      assertThat(structure.site("mu").scalarNames()).containsExactly("mu");
      assertThat(structure.site("beta").scalarNames())
          .containsExactly("beta[1,1]", "beta[1,2]", "beta[2,1]", "beta[2,2]");
      assertThat(structure.describe()).contains("beta", "latent", "unconstrained dimension 5");
    }
  }

  @Test
  void simulationDrawsPriorsAndReplicates() {
    try (Session session = Session.open(1)) {
      Model<String> schools = (ctx, d) -> schools(ctx);
      ModelStructure structure = ModelStructure.of(session, schools, "");
      session.compute(
          arena -> {
            Map<String, Tensor> prior =
                Simulation.prior(structure, schools, "", 4000, session.seed());
            assertThat(prior.get("mu").shape()).isEqualTo(Shape.of(4000, 1));
            assertThat(prior.get("y").shape()).isEqualTo(Shape.of(4000, 8));
            double[] mu = prior.get("mu").toDoubles();
            double mean = java.util.Arrays.stream(mu).average().orElseThrow();
            double square = java.util.Arrays.stream(mu).map(v -> v * v).average().orElseThrow();
            // Five standard errors: a false alarm in two million runs.
            assertThat(mean).isCloseTo(0, within(5 * 5 / Math.sqrt(4000)));
            assertThat(square).isCloseTo(25, within(5 * 25 * Math.sqrt(2.0 / 4000)));
            return null;
          });
    }
  }
}
