package io.flowsvi.ppl.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Beta;
import io.flowsvi.ppl.dist.Binomial;
import io.flowsvi.ppl.dist.Dirichlet;
import io.flowsvi.ppl.dist.Exponential;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.LogNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.dist.Uniform;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a user sees when a model or its data are wrong: the culprit, what came, the likely fix. */
class ModelErrorsTest {
  private static final Latent X = new Latent("x");
  private static final Latent K = new Latent("k");
  private static final Observed Y = new Observed("y");

  private static void discover(Model<double[]> model, double... data) {
    try (Session session = Session.open(1)) {
      ModelStructure.of(session, model, data);
    }
  }

  @Test
  void wrongShapeNamesSiteShapesAndFix() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.observe(Y, Normal.of(x, 1), ctx.data(y, Shape.of(3)));
        };
    assertThatThrownBy(() -> discover(model, 1, 2, 3))
        .isInstanceOf(SiteException.class)
        .hasMessageContaining(
            "Site 'y' (Normal, outside any plate): its log density has shape (2, 3), expected (2,"
                + " 1)")
        .hasMessageContaining("parameters: loc (2, 1)")
        .hasMessageContaining("value: (3)")
        .hasMessageContaining("ctx.plate(Plate.of(\"rows\", 3), ...)")
        .hasMessageContaining(".event(3)");
  }

  @Test
  void wrongShapeInsideAPlateNamesThePlate() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor values = ctx.data(y, Shape.of(3));
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.plate(Plate.of("row", 2), () -> ctx.observe(Y, Normal.of(x, 1), values));
        };
    assertThatThrownBy(() -> discover(model, 1, 2, 3))
        .hasMessageContaining(
            "Site 'y' (Normal, inside row(2)): its log density has shape (2, 3), expected (2, 2)");
  }

  @Test
  void parametersThatDoNotBroadcastNameTheSite() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor two = ctx.data(new double[2], Shape.of(2));
          ctx.observe(Y, Normal.of(two, 1), ctx.data(y, Shape.of(3)));
        };
    assertThatThrownBy(() -> discover(model, 1, 2, 3))
        .hasMessageContaining("Site 'y' (Normal): value and parameters do not broadcast")
        .hasMessageContaining("loc (2)")
        .hasMessageContaining("value: (3)");
  }

  @Test
  void dataThatDoNotFitThePlateSaySo() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.plate(
              Plate.of("row", 2), () -> ctx.observe(Y, Normal.of(x, 1), ctx.data(y, Shape.of(3))));
        };
    assertThatThrownBy(() -> discover(model, 1, 2, 3))
        .hasMessageContaining("Data of shape (3) are read inside the plates [row(2)]")
        .hasMessageContaining("must begin with the sizes");
  }

  @Test
  void duplicateSiteIsNamed() {
    Model<double[]> model =
        (ctx, y) -> {
          ctx.sample(X, Normal.of(0, 1));
          ctx.sample(X, Normal.of(0, 1));
        };
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("Site 'x' appears twice")
        .hasMessageContaining("X.at(t)");
  }

  @Test
  void discreteLatentIsRefused() {
    Model<double[]> model = (ctx, y) -> ctx.sample(K, Poisson.rate(3));
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("Site 'k' (Poisson) is discrete")
        .hasMessageContaining("without a bound: it cannot be summed out")
        .hasMessageContaining("guides need continuous latents");
  }

  @Test
  void nanInDataNamesSiteAndIndex() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.plate(
              Plate.of("row", 3), () -> ctx.observe(Y, Normal.of(x, 1), ctx.data(y, Shape.of(3))));
        };
    assertThatThrownBy(() -> discover(model, 1, Double.NaN, 3))
        .hasMessageContaining("Site 'y' (Normal): the data are NaN at index [1]")
        .hasMessageContaining("missing");
  }

  @Test
  void impossibleValueNamesSiteValueAndIndex() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.plate(
              Plate.of("row", 3),
              () -> ctx.observe(Y, Bernoulli.logits(x), ctx.data(y, Shape.of(3))));
        };
    assertThatThrownBy(() -> discover(model, 1, 0, 2))
        .hasMessageContaining(
            "Site 'y' (Bernoulli): value 2.0 at index [2] is impossible: the support is 0 or 1");
  }

  @Test
  void negativeScaleAsANumberIsRefusedAtOnce() {
    assertThatThrownBy(() -> Normal.of(0, -1))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("Normal: scale must be positive, got -1.0")
        .hasMessageContaining("Likely fix");
  }

  @Test
  void negativeScaleFromALatentNamesSiteAndParameter() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.observe(Y, Normal.of(0, x.plus(0.5)), ctx.data(y, Shape.scalar()));
        };
    assertThatThrownBy(() -> discover(model, 1))
        .hasMessageContaining("Site 'y' (Normal): parameter 'scale' must be positive, got -")
        .hasMessageContaining("Likely fix: give it a positive prior");
  }

  @Test
  void noFiniteStartNamesTheObstacle() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.factor(new Factor("wall"), x.times(0).plus(Double.NEGATIVE_INFINITY));
        };
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("No starting point with a finite log density")
        .hasMessageContaining("site 'wall' has log density -Infinity");
  }

  @Test
  void platesOfOneNameNeedOneSize() {
    Model<double[]> model =
        (ctx, y) -> {
          ctx.plate(Plate.of("row", 2), () -> ctx.sample(X, Normal.of(0, 1)));
          ctx.plate(Plate.of("row", 3), () -> ctx.sample(K, Normal.of(0, 1)));
        };
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("Plate 'row' has size 2 in one place and 3 in another");
  }

  @Test
  void aModelThatChangesItsSitesIsCaught() {
    boolean[] more = {false};
    Model<double[]> model =
        (ctx, y) -> {
          ctx.sample(X, Normal.of(0, 1));
          if (more[0]) {
            ctx.sample(K, Normal.of(0, 1));
          }
        };
    try (Session session = Session.open(1)) {
      LogDensity density = LogDensity.of(session, model, new double[0]);
      more[0] = true;
      assertThatThrownBy(() -> density.value(new double[1]))
          .hasMessageContaining(
              "Site 'k' is sampled by the model, but no value was proposed for it")
          .hasMessageContaining("known ones are [x]");
    }
  }

  @Test
  void unknownInitialValueIsNamed() {
    Model<double[]> model = (ctx, y) -> ctx.sample(X, Normal.of(0, 1));
    try (Session session = Session.open(1)) {
      assertThatThrownBy(
              () ->
                  ModelStructure.startingAt(
                      session, model, new double[0], Map.of(K, new double[] {1})))
          .hasMessageContaining("Initial value for 'k', which is no latent")
          .hasMessageContaining("[x]");
    }
  }

  @Test
  void initialValueOutsideTheSupportIsNamed() {
    Model<double[]> model = (ctx, y) -> ctx.sample(X, HalfNormal.of(1));
    try (Session session = Session.open(1)) {
      assertThatThrownBy(
              () ->
                  ModelStructure.startingAt(
                      session, model, new double[0], Map.of(X, new double[] {-1})))
          .hasMessageContaining("Site 'x': the initial value is outside the support (positive)");
    }
  }

  @Test
  void generatedOutsideItsBlockIsRefused() {
    Model<double[]> model = (ctx, y) -> ctx.sample(new Generated("g"), Normal.of(0, 1));
    assertThatThrownBy(() -> discover(model)).hasMessageContaining("outside ctx.generated");
  }

  @Test
  void onlyLocationScalePriorsAreNonCentred() {
    Model<double[]> model = NonCentred.of((ctx, y) -> ctx.sample(X, Beta.of(2, 2)), X);
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("Site 'x' (Beta) cannot be non-centred");
  }

  @Test
  void unknownSiteListsTheKnownOnes() {
    Model<double[]> model = (ctx, y) -> ctx.sample(X, Normal.of(0, 1));
    try (Session session = Session.open(1)) {
      ModelStructure structure = ModelStructure.of(session, model, new double[0]);
      assertThatThrownBy(() -> structure.site("mu"))
          .hasMessageContaining("no site 'mu'")
          .hasMessageContaining("[x]");
    }
  }

  @Test
  void wrongShapeListsThePlatesOfTheModel() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.plate(Plate.of("school", 3), () -> ctx.sample(X, Normal.of(0, 1)));
          ctx.observe(Y, Normal.of(x, 1), ctx.data(y, Shape.of(3)));
        };
    assertThatThrownBy(() -> discover(model, 1, 2, 3))
        .hasMessageContaining(
            "Site 'y' (Normal, outside any plate): its log density has shape (2, 3), expected (2,"
                + " 1).")
        .hasMessageContaining("particles 2 + plates (school: 1, not in it); event ()");
  }

  @Test
  void wrongShapeBetweenSitesSaysWhere() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor two = ctx.data(new double[2], Shape.of(2));
          ctx.plate(
              Plate.of("school", 3),
              () -> {
                Tensor x = ctx.sample(X, Normal.of(0, 1));
                ctx.sample(K, Normal.of(x.plus(two), 1));
              });
        };
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("In the model, after site 'x', inside school(3): ")
        .hasMessageContaining("Shapes (2, 3) and (2) do not fit");
  }

  @Test
  void oneDatumForManyRowsIsRefused() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor one = ctx.data(y, Shape.of(1));
          ctx.plate(
              Plate.of("row", 3),
              () -> ctx.observe(Y, Normal.of(ctx.sample(X, Normal.of(0, 1)), 1), one));
        };
    assertThatThrownBy(() -> discover(model, 1))
        .hasMessageContaining(
            "Site 'y' (Normal, inside row(3)): its data have shape (1), expected plates (3) + event"
                + " ()")
        .hasMessageContaining("one datum would count several times");
  }

  @Test
  void aNumberMayBeObservedInEveryRow() {
    discover(
        (ctx, y) ->
            ctx.plate(
                Plate.of("row", 3),
                () -> {
                  Tensor x = ctx.sample(X, Normal.of(0, 1));
                  ctx.observe(Y, Normal.of(x, 1), Tensor.number(0));
                }));
  }

  @Test
  void missingArrayIsNamed() {
    Model<double[]> model =
        (ctx, y) ->
            ctx.plate(
                Plate.of("row", 3),
                () -> ctx.observe(Y, Normal.of(0, 1), ctx.data((double[]) null, Shape.of(3))));
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("Data of shape (3), read inside row(3), are missing")
        .hasMessageContaining("value for every field");
    Model<double[]> none = (ctx, y) -> ctx.observe(Y, Normal.of(0, 1), null);
    assertThatThrownBy(() -> discover(none))
        .hasMessageContaining("Site 'y' (Normal) is observed without a value");
  }

  @Test
  void wrongNumberOfDataSaysWhere() {
    Model<double[]> model =
        (ctx, y) -> ctx.plate(Plate.of("row", 3), () -> ctx.data(y, Shape.of(3, 2)));
    assertThatThrownBy(() -> discover(model, 1, 2, 3))
        .hasMessageContaining("Data of shape (3, 2), read inside row(3), need 6 values, got 3");
  }

  @Test
  void indicesInMessagesAreTheUsersInCrossedPlates() {
    double[] y = {1, 2, 3, 4, Double.NaN, 6};
    Model<double[]> model =
        (ctx, d) -> {
          ctx.plate(Plate.of("other", 4), () -> ctx.sample(X, Normal.of(0, 1)));
          ctx.plate(
              Plate.of("other", 4), () -> ctx.plate(Plate.of("item", 3), () -> one(ctx, "a")));
          ctx.plate(
              Plate.of("item", 3),
              () -> ctx.observe(Y, Normal.of(0, 1).event(2), ctx.data(y, Shape.of(3, 2))));
        };
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("Site 'y' (Normal): the data are NaN at index [2, 0]");
  }

  private static void one(Context ctx, String name) {
    ctx.derive(new Derived(name), Tensor.number(1));
  }

  @Test
  void presenceIsZeroOrOne() {
    Model<double[]> model =
        (ctx, y) ->
            ctx.plate(
                Plate.of("row", 2),
                () ->
                    ctx.observe(
                        Y,
                        Normal.of(0, 1),
                        ctx.data(y, Shape.of(2)),
                        ctx.data(new double[] {1, 0.5}, Shape.of(2))));
    assertThatThrownBy(() -> discover(model, 1, 2))
        .hasMessageContaining("Site 'y': present is 0.5 at index [1], expected 1");
  }

  @Test
  void impossibleEventNamesItsRow() {
    Model<double[]> model =
        (ctx, y) ->
            ctx.plate(
                Plate.of("row", 2),
                () ->
                    ctx.observe(
                        Y,
                        Dirichlet.of(ctx.sample(X, HalfNormal.of(1).event(3)).plus(0.1)),
                        ctx.data(y, Shape.of(2, 3))));
    assertThatThrownBy(() -> discover(model, 0.2, 0.3, 0.5, 0.2, 0.3, 0.6))
        .hasMessageContaining("Site 'y' (Dirichlet): value [0.2, 0.3, 0.6] at index [1, 0]");
  }

  @Test
  void noFiniteStartNamesIndexAndNumbers() {
    // More successes than trials: the bound of the support is data, so only the density can tell.
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.plate(
              Plate.of("row", 3),
              () -> {
                Tensor trials = ctx.data(new double[] {4, 4, 3}, Shape.of(3));
                ctx.observe(Y, Binomial.logits(trials, x), ctx.data(y, Shape.of(3)));
              });
        };
    assertThatThrownBy(() -> discover(model, 1, 4, 5))
        .hasMessageContaining("site 'y' (Binomial) has log density -Infinity at index [2]")
        .hasMessageContaining("value 5.0, trials 3.0, logits 0.0")
        .hasMessageContaining("Likely fix");
  }

  @Test
  void sitesThatDependOnTheRunAreRefused() {
    int[] runs = {0};
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          if (runs[0]++ == 0) {
            ctx.factor(new Factor("once"), x);
          }
        };
    assertThatThrownBy(() -> discover(model))
        .hasMessageContaining("The model has sites [x, once] in one run and [x] in the next")
        .hasMessageContaining("select(...)");
  }

  @Test
  void aLatentThatVanishesIsCaught() {
    boolean[] less = {false};
    Model<double[]> model =
        (ctx, y) -> {
          ctx.sample(X, Normal.of(0, 1));
          if (!less[0]) {
            ctx.sample(K, Normal.of(0, 1));
          }
        };
    try (Session session = Session.open(1)) {
      LogDensity density = LogDensity.of(session, model, new double[0]);
      less[0] = true;
      assertThatThrownBy(() -> density.value(new double[2]))
          .hasMessageContaining("The model did not sample [k] in this run");
    }
  }

  @Test
  void effectsOnUnknownSitesAreRefused() {
    Latent typo = new Latent("xx");
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.observe(Y, Normal.of(x, 1), Tensor.number(1));
        };
    double[] one = {1};
    assertThatThrownBy(() -> discover(model.condition(Map.of(typo, one))))
        .hasMessageContaining("Conditioned.condition: the model has no site ['xx']")
        .hasMessageContaining("it has [x]");
    assertThatThrownBy(() -> discover(Conditioned.intervene(model, Map.of(typo, one))))
        .hasMessageContaining("Conditioned.intervene: the model has no site ['xx']");
    assertThatThrownBy(() -> discover(NonCentred.of(model, X, typo)))
        .hasMessageContaining("NonCentred.of: the model has no site ['xx']");
    assertThatThrownBy(() -> discover(Substituted.priors(model, Map.of(typo, p -> p))))
        .hasMessageContaining("Substituted.priors: the model has no site ['xx']");
    assertThatThrownBy(() -> discover(Masked.without(model, new Observed("z"))))
        .hasMessageContaining("Masked.without: the model has no site ['z']")
        .hasMessageContaining("it has [y]");
  }

  @Test
  void fixedValuesHaveTheShapeOfTheSite() {
    Model<double[]> model =
        (ctx, y) -> ctx.plate(Plate.of("row", 2), () -> ctx.sample(X, Normal.of(0, 1).event(3)));
    assertThatThrownBy(() -> discover(model.condition(Map.of(X, new double[5]))))
        .hasMessageContaining("Site 'x': it is fixed to 5 numbers, expected 6 (2, 3)");
    try (Session session = Session.open(1)) {
      assertThatThrownBy(
              () ->
                  ModelStructure.startingAt(
                      session, model, new double[0], Map.of(X, new double[5])))
          .hasMessageContaining("Site 'x': the initial value has 5 numbers, expected 6: (2, 3)");
    }
  }

  @Test
  void aValueOutsideADependentSupportIsRefusedAsAStart() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Uniform.of(0, 1));
          ctx.sample(K, Uniform.of(0, x));
        };
    try (Session session = Session.open(1)) {
      assertThatThrownBy(
              () ->
                  ModelStructure.startingAt(
                      session,
                      model,
                      new double[0],
                      Map.of(X, new double[] {0.5}, K, new double[] {0.7})))
          .hasMessageContaining("Site 'k': the initial value is outside the support");
    }
  }

  @Test
  void valuesOfTheWrongDimensionAreRefused() {
    Model<double[]> model = (ctx, y) -> ctx.sample(X, Normal.of(0, 1));
    try (Session session = Session.open(1)) {
      LogDensity density = LogDensity.of(session, model, new double[0]);
      assertThatThrownBy(() -> density.value(new double[3]))
          .hasMessageContaining("The model has 1 unconstrained dimensions, got 3");
      ModelStructure structure = ModelStructure.of(session, model, new double[0]);
      session.compute(
          arena -> {
            assertThatThrownBy(() -> structure.assign(arena.zeros(Shape.of(4, 2))))
                .hasMessageContaining("Unconstrained values must be [S, 1], got (4, 2)");
            return null;
          });
    }
  }

  @Test
  void aPlateThatOpensLaterIsNamed() {
    boolean[] later = {false};
    Model<double[]> model =
        (ctx, y) -> {
          ctx.sample(X, Normal.of(0, 1));
          if (later[0]) {
            ctx.plate(Plate.of("late", 2), () -> one(ctx, "a"));
          }
        };
    try (Session session = Session.open(1)) {
      LogDensity density = LogDensity.of(session, model, new double[0]);
      later[0] = true;
      assertThatThrownBy(() -> density.value(new double[1]))
          .hasMessageContaining("Plate 'late' was not there when the model was discovered");
    }
  }

  @Test
  void sitesNeedNames() {
    assertThatThrownBy(() -> new Latent(" ")).hasMessageContaining("A site needs a name");
    assertThatThrownBy(() -> new Observed("")).hasMessageContaining("A site needs a name");
  }

  @Test
  void aDatumOnTheEdgeOfTheSupportIsPossible() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor rate = ctx.sample(X, HalfNormal.of(1));
          ctx.plate(
              Plate.of("row", 2),
              () -> ctx.observe(Y, Exponential.of(rate), ctx.data(y, Shape.of(2))));
        };
    discover(model, 0, 2);
    assertThatThrownBy(() -> discover(model, -1e-300, 2))
        .hasMessageContaining("Site 'y' (Exponential): value -1.0E-300 at index [0] is impossible");
  }

  @Test
  void aDatumOnAnEdgeWithoutDensityIsNamed() {
    Model<double[]> model =
        (ctx, y) -> {
          Tensor x = ctx.sample(X, Normal.of(0, 1));
          ctx.plate(
              Plate.of("row", 2),
              () -> ctx.observe(Y, LogNormal.of(x, 1), ctx.data(y, Shape.of(2))));
        };
    assertThatThrownBy(() -> discover(model, 2, 0))
        .hasMessageContaining("site 'y' (LogNormal) has log density")
        .hasMessageContaining("at index [1]: value 0.0, loc 0.0");
  }

  @Test
  void infiniteDataAreImpossible() {
    Model<double[]> model =
        (ctx, y) -> ctx.observe(Y, Normal.of(0, 1), ctx.data(y, Shape.scalar()));
    assertThatThrownBy(() -> discover(model, Double.POSITIVE_INFINITY))
        .hasMessageContaining("Site 'y' (Normal): value Infinity at index [] is impossible");
  }
}
