package io.flowsvi.flows.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.EstimatedChain;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.Lu;
import io.flowsvi.flows.layer.Permutation;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.residual.ContractionSettings;
import io.flowsvi.flows.residual.Residual;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import java.util.Arrays;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Densities of known entropy: no fit may beat it, and good ones come near. */
class MaximumLikelihoodTest {
  /** x₀ ~ N(0, 1), x₁ ~ N(x₀²/2, ½): its entropy is that of two normals. */
  private static final double BANANA_ENTROPY = Math.log(2 * Math.PI * Math.E) + Math.log(0.5);

  private static double[] banana(int n, long seed) {
    return Seed.of(seed)
        .fill(
            Shape.of(n, 2),
            (random, target, from, to) -> {
              ZigguratSampler.NormalizedGaussian normal =
                  ZigguratSampler.NormalizedGaussian.of(random);
              double x = normal.sample();
              // Scaled and shifted, so that standardisation is part of the test.
              target[from] = 100 + 10 * x;
              target[from + 1] = -5 + 0.1 * (0.5 * x * x + 0.5 * normal.sample());
            });
  }

  private static DensityFit fit(Session session, String family, double[] data, int epochs) {
    return fit(
        session,
        PriorFamilies.all().get(family),
        data,
        DensitySettings.defaults().withEpochs(epochs));
  }

  private static DensityFit fit(
      Session session, PriorFamily family, double[] data, DensitySettings settings) {
    ParamStore params = new ParamStore(session.seed());
    EstimatedFlow flow = family.trained(2, params.scope("density"));
    return MaximumLikelihood.fit(session, params, flow, new Rows(data, 2), settings, report -> {});
  }

  private static void comesNearAndNeverBeatsIt(PriorFamily family, double rate, int epochs) {
    try (Session session = Session.open(3)) {
      DensitySettings settings =
          DensitySettings.defaults().withEpochs(epochs).withLearningRate(rate);
      DensityFit fit = fit(session, family, banana(3000, 1), settings);
      double[] scores = fit.logProb(banana(4000, 2));
      double mean = Arrays.stream(scores).average().orElseThrow();
      double sd =
          Math.sqrt(
              Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).average().orElseThrow());
      double entropy = BANANA_ENTROPY + Math.log(10) + Math.log(0.1);
      assertThat(-mean).isGreaterThan(entropy - 4 * sd / Math.sqrt(4000)).isLessThan(entropy + 0.1);
    }
  }

  /** 11 steps an epoch: layers that start further from where they end need larger or more. */
  @Tag("slow")
  @ParameterizedTest
  @CsvSource({
    "maf, 2e-3, 12",
    "maf-bn, 5e-3, 12",
    "realnvp, 2e-3, 12",
    "spline, 2e-3, 12",
    "spline-maf, 5e-3, 12",
    "bnaf, 1e-2, 40",
    "residual, 5e-3, 12"
  })
  void flowsComeNearTheEntropyAndNeverBeatIt(String family, double rate, int epochs) {
    comesNearAndNeverBeatsIt(PriorFamilies.all().get(family), rate, epochs);
  }

  /** Estimates of log-determinants, biased or not, lead where the exact ones do. */
  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"roulette", "truncated"})
  void residualFlowsTrainedByEstimatesComeAsNear(String estimate) {
    PriorFamily family =
        new PriorFamily() {
          @Override
          public Flow build(int dim, ParamScope scope) {
            return trained(dim, scope).exact();
          }

          @Override
          public EstimatedFlow trained(int dim, ParamScope scope) {
            EstimatedChain chain = EstimatedChain.of(dim);
            for (int k = 0; k < 10; k++) {
              ContractionSettings sizes = ContractionSettings.of(32, 32);
              Residual layer = Residual.of(dim, sizes, scope.child("g" + k));
              chain =
                  chain.then(estimate.equals("roulette") ? layer.roulette(2) : layer.truncated(8));
            }
            chain = chain.then(new ShiftScale(dim, 1));
            return chain.pullback(Constant.of(chain.exact(), scope.child("chain")));
          }
        };
    comesNearAndNeverBeatsIt(family, 5e-3, 12);
  }

  @Test
  void aFlowBeatsTheGaussianOnABentDensity() {
    try (Session session = Session.open(3)) {
      double[] test = banana(1000, 2);
      double bent = fit(session, "realnvp", banana(1000, 1), 6).meanLogProb(test);
      double straight = fit(session, "gaussian", banana(1000, 1), 6).meanLogProb(test);
      assertThat(bent).isGreaterThan(straight + 0.1);
    }
  }

  @Test
  void aGaussianCannotBendButMatchesMomentsAndSamples() {
    try (Session session = Session.open(3)) {
      DensityFit fit = fit(session, "gaussian", banana(3000, 1), 30);
      double[] draws = fit.sample(20_000, session.seed().fold("draws"));
      double mean = 0;
      double square = 0;
      for (int i = 0; i < draws.length; i += 2) {
        mean += draws[i] / 20_000;
        square += (draws[i] - 100) * (draws[i] - 100) / 20_000;
      }
      assertThat(mean).isCloseTo(100, within(0.6));
      assertThat(Math.sqrt(square)).isCloseTo(10, within(0.5));
    }
  }

  @Test
  void theSameSeedGivesTheSameBitsAndTheBestEpochIsKept() {
    double[][] runs = new double[2][];
    for (int run = 0; run < 2; run++) {
      try (Session session = Session.open(5)) {
        DensityFit fit = fit(session, "maf", banana(400, 1), 3);
        runs[run] = fit.logProb(banana(10, 2));
        assertThat(fit.best().validation())
            .isEqualTo(
                fit.epochs().stream().mapToDouble(EpochReport::validation).min().orElseThrow());
      }
    }
    assertThat(runs[0]).containsExactly(runs[1]);
  }

  @Test
  void samplesAndScoresBelongTogether() {
    try (Session session = Session.open(5)) {
      DensityFit fit = fit(session, "spline", banana(400, 1), 3);
      double[] draws = fit.sample(2000, session.seed().fold("draws"));
      // E_q[log q] of its own draws must be the negative entropy of q: compare two independent
      // halves.
      double first = fit.meanLogProb(Arrays.copyOf(draws, 2000));
      double second = fit.meanLogProb(Arrays.copyOfRange(draws, 2000, 4000));
      assertThat(first).isCloseTo(second, within(0.25));
    }
  }

  /**
   * Diagonals of LU maps are free to drift: on nearly collinear rows they end where the likelihood
   * has its maximum, Σ s = −½ log(1 − ρ²), none beyond e^±5, and the map still has its inverse.
   */
  @Test
  void theDiagonalOfALuMapEndsAtItsOptimumAndDriftsNoFurther() {
    double rho = 0.999;
    double[] rows =
        Seed.of(9)
            .fill(
                Shape.of(2000, 2),
                (random, target, from, to) -> {
                  ZigguratSampler.NormalizedGaussian normal =
                      ZigguratSampler.NormalizedGaussian.of(random);
                  target[from] = normal.sample();
                  target[from + 1] =
                      rho * target[from] + Math.sqrt(1 - rho * rho) * normal.sample();
                });
    try (Session session = Session.open(3)) {
      ParamStore params = new ParamStore(session.seed());
      BijectiveChain chain = Chain.of(2).then(new Lu(Permutation.random(2, Seed.of(1))));
      Constant numbers = Constant.of(chain, params.scope("chain"));
      DensitySettings settings =
          DensitySettings.defaults().withEpochs(60).withLearningRate(5e-2).withPatience(60);
      DensityFit fit =
          MaximumLikelihood.fit(
              session, params, chain.pullback(numbers), new Rows(rows, 2), settings, r -> {});
      double[] s = numbers.params(0).get("logDiagonal").toDoubles();
      // The rows' own correlation has a relative error of √(2/n) in 1 − ρ².
      assertThat(s[0] + s[1]).isCloseTo(-0.5 * Math.log(1 - rho * rho), within(0.1));
      assertThat(Math.max(Math.abs(s[0]), Math.abs(s[1]))).isLessThan(5);
      double[] drawn = fit.sample(200, Seed.of(4));
      assertThat(fit.logProb(drawn)).doesNotContain(Double.NaN, Double.NEGATIVE_INFINITY);
    }
  }

  @Test
  void mistakesAreNamed() {
    try (Session session = Session.open(5)) {
      ParamStore params = new ParamStore(session.seed());
      Flow flow = PriorFamilies.all().get("maf").build(3, params.scope("density"));
      DensitySettings settings = DensitySettings.defaults();
      assertThatThrownBy(
              () ->
                  MaximumLikelihood.fit(
                      session, params, flow, new Rows(new double[8], 2), settings, r -> {}))
          .hasMessageContaining("events of shape (3), the data have 2 columns");
      assertThatThrownBy(() -> new Rows(new double[] {1, Double.NaN}, 1))
          .hasMessageContaining("Row 2, column 1 is NaN");
      assertThatThrownBy(() -> new Rows(new double[3], 2)).hasMessageContaining("no whole rows");
      Flow two = PriorFamilies.all().get("gaussian").build(2, params.scope("two"));
      assertThatThrownBy(
              () ->
                  MaximumLikelihood.fit(
                      session, params, two, new Rows(new double[80], 2), settings, r -> {}))
          .hasMessageContaining("Column 1 is constant");
      assertThatThrownBy(() -> settings.withEpochs(0))
          .hasMessageContaining("epochs must be at least 1, got 0");
      assertThatThrownBy(() -> settings.withCell(-1))
          .hasMessageContaining("cell must not be negative, got -1.0");
    }
  }

  /**
   * A number that never varies, spread over its cell, is uniform: a normal fit costs ½ log πe/6.
   */
  @Test
  void countedDataAreSpreadOverTheirCells() {
    try (Session session = Session.open(7)) {
      ParamStore params = new ParamStore(session.seed());
      Flow flow = PriorFamilies.all().get("gaussian").build(2, params.scope("density"));
      double[] counts = new double[4000];
      for (int i = 0; i < counts.length; i += 2) {
        counts[i] = 3;
        counts[i + 1] = -6;
      }
      DensitySettings settings = DensitySettings.defaults().withEpochs(3).withCell(3);
      DensityFit fit =
          MaximumLikelihood.fit(session, params, flow, new Rows(counts, 2), settings, r -> {});
      double expected = 2 * (0.5 * Math.log(Math.PI * Math.E / 6) + Math.log(3));
      // 1800 rows with a standard deviation of √0.4: four standard errors.
      double last = fit.epochs().get(2).training();
      assertThat(last).isCloseTo(expected, within(4 * Math.sqrt(0.4 / 1800)));
      double[] draws = fit.sample(4000, session.seed().fold("draws"));
      assertThat(Arrays.stream(draws).average().orElseThrow()).isCloseTo(0, within(0.1));
    }
  }
}
