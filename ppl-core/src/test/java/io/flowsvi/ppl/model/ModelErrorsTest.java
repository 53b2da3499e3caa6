package io.flowsvi.ppl.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Beta;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
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
            "Site 'y' (Normal, outside any plate): its log density has shape (2, 3), expected (2, 1)")
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
        .hasMessageContaining("Latent 'k' (Poisson) is discrete")
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
}
