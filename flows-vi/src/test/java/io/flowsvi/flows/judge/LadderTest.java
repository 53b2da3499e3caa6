package io.flowsvi.flows.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ladders of a user's choice. */
class LadderTest {
  /** 300 steps of training. */
  private static final long FEW = 20_000;

  /** A line far from 0 with raw scales: intercept and slope in thousands, nearly collinear. */
  private static void line(Context ctx, double[] y) {
    Tensor a = ctx.sample(new Latent("a"), Normal.of(0, 1e4));
    Tensor b = ctx.sample(new Latent("b"), Normal.of(0, 1e4));
    double[] x = {1000, 1001, 1002, 1003, 1004};
    Shape n = Shape.of(y.length);
    ctx.plate(
        Plate.of("row", y.length),
        () ->
            ctx.observe(
                new Observed("y"), Normal.of(a.plus(b.times(ctx.data(x, n))), 1), ctx.data(y, n)));
  }

  private static final double[] Y = {3000.2, 3002.9, 3006.4, 3008.8, 3012.1};

  private static AutoFit<double[]> fit(Ladder ladder, long gradients) {
    try (Session session = Session.open(1)) {
      AutoSettings settings = AutoSettings.defaults().withGradients(gradients).withDraws(500);
      return AutoFit.of(session, LadderTest::line, Y, ladder, settings);
    }
  }

  /** None of these rungs passes: each is climbed. */
  private static Ladder all(String... names) {
    return new Ladder(Ladder.of(List.of(names), FlowCatalog.library()).rungs(), -10, 2);
  }

  @Test
  void listenersHearOfEveryRungInOrder() {
    List<String> heard = new ArrayList<>();
    LadderListener listener =
        new LadderListener() {
          @Override
          public void begins(String rung) {
            heard.add("begins " + rung);
          }

          @Override
          public void ended(RungReport report) {
            heard.add("ended " + report.name());
          }
        };
    try (Session session = Session.open(1)) {
      AutoSettings settings = AutoSettings.defaults().withGradients(FEW).withDraws(500);
      Ladder ladder = all("laplace", "mean-field");
      AutoFit.of(session, LadderTest::line, Y, ladder, settings, listener);
    }
    assertThat(heard)
        .containsExactly(
            "begins laplace", "ended laplace", "begins mean-field", "ended mean-field");
  }

  private static void startsWarm(String name) {
    AutoFit<double[]> fit = fit(all("laplace", name), FEW);
    assertThat(fit.rungs()).extracting(RungReport::name).containsExactly("laplace", name);
    RungReport rung = fit.rungs().get(1);
    assertThat(rung.outcome()).doesNotContain("failed").doesNotContain("skipped");
    double evidence = fit.rungs().get(0).logEvidence();
    // Independent coordinates lose −½ log(1 − ρ²) nats, 7.4 here with ρ² = 1 − 4·10⁻⁷.
    boolean independent = List.of("mean-field", "block", "low-rank", "householder").contains(name);
    // These start without correlations; some learn them.
    assertThat(rung.elbo()).isBetween(evidence - (independent ? 8.4 : 1), evidence + 0.1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean-field", "low-rank", "full-rank", "iaf", "planar"})
  void namedRungsStartFromTheRungBelow(String name) {
    startsWarm(name);
  }

  static Stream<String> families() {
    List<String> own = List.of("map", "laplace");
    return FlowCatalog.library().names().stream().filter(n -> !own.contains(n));
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("families")
  void everyFamilyIsARung(String name) {
    startsWarm(name);
  }

  @Test
  void climbEndsAtTheFirstRungThatPasses() {
    AutoFit<double[]> fit =
        fit(Ladder.of(List.of("mean-field", "full-rank", "iaf"), FlowCatalog.library()), 500_000);
    assertThat(fit.rungs()).extracting(RungReport::name).containsExactly("mean-field", "full-rank");
    assertThat(fit.rungs().get(1).outcome()).startsWith("passed");
    assertThat(fit.rung()).isIn("full-rank", "start");
  }

  @Test
  void standardLadderSaysWhyRungsAreLeftOut() {
    AutoFit<double[]> fit = fit(new Ladder(Ladder.standard().rungs(), -10, 2), FEW);
    assertThat(RungReport.table(fit.rungs()))
        .contains("skipped: fewer than 61 dimensions", "skipped: the weights already serve well");
  }

  @Test
  void refusesNamesThatAreNoRungs() {
    FlowCatalog catalog = FlowCatalog.library();
    assertThatThrownBy(() -> Ladder.of(List.of("laplce"), catalog))
        .hasMessageContaining("laplce")
        .hasMessageContaining("laplace");
    assertThatThrownBy(() -> Ladder.of(List.of("map"), catalog))
        .hasMessageContaining("no importance weights");
  }
}
