package io.flowsvi.flows.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.family.PriorCatalog;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Densities of data between two numbers, fitted through their logits. */
class BoundsTest {
  private static final double ROUNDING = 1e-10;

  /** Uniform on the square [2, 6]²: its log density is −log 16, and a normal fit's far from it. */
  private static Rows square(int n, long seed) {
    return new Rows(
        Seed.of(seed)
            .fill(
                Shape.of(n, 2),
                (random, target, from, to) -> {
                  for (int i = from; i < to; i++) {
                    target[i] = 2 + 4 * random.nextDouble();
                  }
                }),
        2);
  }

  private static DensityFit fit(Session session, ParamStore params, DensitySettings settings) {
    Flow flow = PriorFamilies.all().get("realnvp").build(2, params.scope("density"));
    return MaximumLikelihood.fit(
        session, params, flow, square(1200, 1), settings.withEpochs(4), report -> {});
  }

  @Test
  void thereAndBackAndTheSlopeIsTheDerivative() {
    Bounds bounds = Bounds.of(2, 6);
    for (double x : new double[] {2, 2.001, 3.7, 5.999, 6}) {
      double v = bounds.unbounded(x);
      assertThat(bounds.bounded(v)).isCloseTo(x, within(ROUNDING));
      double h = 1e-6;
      double slope = (bounds.unbounded(x + h) - bounds.unbounded(x - h)) / (2 * h);
      assertThat(bounds.logSlope(v)).isCloseTo(Math.log(slope), within(1e-8));
    }
    assertThat(bounds.bounded(-1000)).isCloseTo(bounds.lowest(), within(ROUNDING));
    assertThat(bounds.logSlope(1000)).isFinite();
  }

  @Test
  void theDensityIsOneOfTheDataAndSumsToOne() {
    try (Session session = Session.open(1)) {
      ParamStore params = new ParamStore(Seed.of(2));
      DensitySettings settings = DensitySettings.defaults().withLearningRate(5e-3);
      DensityFit fit = fit(session, params, settings.withBounds(Bounds.of(2, 6)));
      int n = 150;
      double width = 4 / 0.9;
      double low = 2 - 0.05 * width;
      double[] grid = new double[2 * n * n];
      for (int i = 0; i < n * n; i++) {
        grid[2 * i] = low + width * (i / n + 0.5) / n;
        grid[2 * i + 1] = low + width * (i % n + 0.5) / n;
      }
      double total =
          Arrays.stream(fit.logProb(grid)).map(s -> Math.exp(s) * width * width / n / n).sum();
      assertThat(total).isCloseTo(1, within(2e-3));
      double truth = -Math.log(16);
      double bounded = fit.meanLogProb(square(2000, 3).values());
      // No density beats the truth on fresh rows, but for chance: log p is the same in every row.
      assertThat(bounded).isBetween(truth - 0.25, truth + 0.02);
      double free =
          fit(session, new ParamStore(Seed.of(2)), settings).meanLogProb(square(2000, 3).values());
      assertThat(bounded).isGreaterThan(free);
      double[] draws = fit.sample(500, Seed.of(4));
      assertThat(Arrays.stream(draws).min().orElseThrow()).isGreaterThan(low);
      assertThat(Arrays.stream(draws).max().orElseThrow()).isLessThan(low + width);
    }
  }

  @Test
  void theDistributionOfAModelScoresAndDrawsAsTheFit(@TempDir Path folder) {
    try (Session session = Session.open(1)) {
      ParamStore params = new ParamStore(Seed.of(2));
      DensitySettings settings =
          DensitySettings.defaults().withEpochs(2).withBounds(new Bounds(2, 6, 0.1));
      DensityFit fit = fit(session, params, settings);
      double[] rows = square(20, 5).values();
      double[] scores = fit.logProb(rows);
      double[] drawn =
          session.compute(
              a -> {
                Flow flow = fit.distribution();
                assertThat(flow.logProb(a.tensor(rows, Shape.of(20, 2))).toDoubles())
                    .containsExactly(scores, within(ROUNDING));
                Draw draw = flow.draw(Seed.of(6), Shape.of(20));
                assertThat(flow.logProb(draw.value()).toDoubles())
                    .containsExactly(draw.logProb().toDoubles(), within(1e-8));
                return draw.value().toDoubles();
              });
      assertThat(fit.logProb(drawn)).doesNotContain(Double.NaN);
      Path file = folder.resolve("square.flow");
      SavedDensity.of("realnvp", List.of("a", "b"), fit, params).write(file);
      DensityFit read = SavedDensity.read(file).open(session, PriorCatalog.library());
      assertThat(read.logProb(rows)).containsExactly(scores);
      assertThat(read.standardizer().bounds()).contains(new Bounds(2, 6, 0.1));
    }
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> Bounds.of(3, 3))
        .hasMessage("Bounds must be finite and in order, got 3.0 and 3.0.");
    assertThatThrownBy(() -> new Bounds(0, 1, 0.5))
        .hasMessage("Bounds need a margin in (0, 0.5), got 0.5.");
    try (Session session = Session.open(1)) {
      assertThatThrownBy(
              () ->
                  fit(
                      session,
                      new ParamStore(Seed.of(2)),
                      DensitySettings.defaults().withBounds(Bounds.of(3, 6))))
          .hasMessageContaining("is not between the bounds 3.0 and 6.0");
    }
  }
}
