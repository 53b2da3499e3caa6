package io.flowsvi.flows.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PsisTest {
  private static final Seed SEED = Seed.of(20240601);

  /** Log weights of draws from N(0, 1) towards N(0, σ²). */
  private static double[] normalLogWeights(double sigma, int n, Seed seed) {
    UniformRandomProvider random = seed.generator();
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[] logWeights = new double[n];
    for (int i = 0; i < n; i++) {
      double z = normal.sample();
      logWeights[i] = -0.5 * z * z / (sigma * sigma) - Math.log(sigma) + 0.5 * z * z;
    }
    return logWeights;
  }

  private static double[] paretoQuantiles(double k, double sigma, int n) {
    GeneralizedPareto law = new GeneralizedPareto(k, sigma);
    return IntStream.range(0, n).mapToDouble(i -> law.quantile((i + 0.5) / n)).toArray();
  }

  // Towards a wider normal k = 1 − 1/σ². The estimate is biased downwards at σ = 1.5 (.535 for
  // .556 in an independent run) and slightly upwards at 2 (.771 for .75); sd below .03 each.
  @ParameterizedTest
  @CsvSource({"1.3, 0.408", "1.5, 0.556", "2, 0.75", "3, 0.889"})
  void kHatIsTheKnownShapeOfANormalTail(double sigma, double k) {
    assertThat(Psis.of(normalLogWeights(sigma, 100_000, SEED)).kHat()).isCloseTo(k, within(0.08));
  }

  @Test
  void narrowerTargetsHaveBoundedWeights() {
    assertThat(Psis.of(normalLogWeights(0.7, 10_000, SEED)).kHat()).isLessThan(0.3);
  }

  @ParameterizedTest
  @CsvSource({"-0.3", "0.2", "0.5", "0.7", "1.2"})
  void fitRecoversTheShapeAndScaleOfItsOwnQuantiles(double k) {
    GeneralizedPareto fit = GeneralizedPareto.withoutPrior(paretoQuantiles(k, 2.5, 20_000));
    assertThat(fit.k()).isCloseTo(k, within(0.02));
    assertThat(fit.sigma()).isCloseTo(2.5, within(0.05));
  }

  @Test
  void priorPullsTheShapeTowardsOneHalf() {
    double[] x = paretoQuantiles(0.1, 1, 90);
    double plain = GeneralizedPareto.withoutPrior(x).k();
    assertThat(GeneralizedPareto.fit(x).k()).isCloseTo((90 * plain + 5) / 100, within(1e-12));
    assertThat(GeneralizedPareto.fit(x).sigma())
        .isEqualTo(GeneralizedPareto.withoutPrior(x).sigma());
  }

  // Written out once more, straight from the formulas of Zhang and Stephens, on nine numbers.
  @Test
  void fitAgreesWithAnIndependentRecomputation() {
    double[] x = {0.05, 0.11, 0.2, 0.4, 0.45, 0.9, 1.3, 2.2, 7.5};
    int n = 9;
    int m = 30 + 3;
    double quartile = x[1]; // floor(9/4 + 1/2) = 2, counted from 1
    double[] theta = new double[m];
    double[] likelihood = new double[m];
    double total = 0;
    for (int j = 1; j <= m; j++) {
      double t = 1 / 7.5 + (1 - Math.sqrt(m / (j - 0.5))) / (3 * quartile);
      double k = Arrays.stream(x).map(v -> Math.log(1 - t * v)).average().orElseThrow();
      theta[j - 1] = t;
      likelihood[j - 1] = Math.exp(n * (Math.log(-t / k) - k - 1));
      total += likelihood[j - 1];
    }
    double mean = 0;
    for (int j = 0; j < m; j++) {
      mean += theta[j] * likelihood[j] / total;
    }
    double hat = mean;
    double k = Arrays.stream(x).map(v -> Math.log(1 - hat * v)).average().orElseThrow();
    GeneralizedPareto fit = GeneralizedPareto.withoutPrior(x);
    assertThat(fit.k()).isCloseTo(k, within(1e-12));
    assertThat(fit.sigma()).isCloseTo(-k / hat, within(1e-12));
  }

  @Test
  void smoothedWeightsSumToOneKeepTheirOrderAndNeverPassTheLargestRawOne() {
    double[] raw = normalLogWeights(2, 4_000, SEED);
    Psis psis = Psis.of(raw);
    double[] smooth = psis.logWeights();
    assertThat(Arrays.stream(smooth).map(Math::exp).sum()).isCloseTo(1, within(1e-10));
    Integer[] order = IntStream.range(0, raw.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, (a, b) -> Double.compare(raw[a], raw[b]));
    for (int i = 1; i < order.length; i++) {
      assertThat(smooth[order[i]]).isGreaterThanOrEqualTo(smooth[order[i - 1]]);
    }
    double shift = smooth[order[0]] - raw[order[0]];
    double rawMax = Arrays.stream(raw).max().orElseThrow();
    assertThat(Arrays.stream(smooth).max().orElseThrow())
        .isLessThanOrEqualTo(rawMax + shift + 1e-9);
  }

  @Test
  void shapeDoesNotDependOnTheNormalisation() {
    double[] raw = normalLogWeights(1.5, 2_000, SEED);
    double[] moved = Arrays.stream(raw).map(w -> w - 1_234.5).toArray();
    assertThat(Psis.of(moved).kHat()).isCloseTo(Psis.of(raw).kHat(), within(1e-9));
    assertThat(Psis.of(moved).logMean()).isCloseTo(Psis.of(raw).logMean() - 1_234.5, within(1e-9));
  }

  @Test
  void constantWeightsHaveNoTail() {
    double[] raw = new double[1_000];
    Arrays.fill(raw, -31.3);
    PsisReport report = PsisReport.of(raw);
    assertThat(report.kHat()).isZero();
    assertThat(report.verdict()).isEqualTo(Verdict.GOOD);
    assertThat(report.ess()).isCloseTo(1_000, within(1e-6));
    assertThat(report.logEvidence()).isCloseTo(-31.3, within(1e-12));
    assertThat(report.logEvidenceStandardError()).isLessThan(1e-6);
  }

  @Test
  void roundingErrorsAreNoTail() {
    double[] raw = new double[1_000];
    Arrays.setAll(raw, i -> -31.3 + 1e-15 * (i % 7));
    assertThat(PsisReport.of(raw).verdict()).isEqualTo(Verdict.GOOD);
  }

  @Test
  void heavyTiesWithFewGiantsAreUnreliable() {
    double[] raw = new double[1_000];
    raw[17] = 20;
    raw[500] = 25;
    raw[501] = 30;
    PsisReport report = PsisReport.of(raw);
    assertThat(report.kHat()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(report.verdict()).isEqualTo(Verdict.UNRELIABLE);
    assertThat(report.toString()).contains("too few distinct large weights");
  }

  @Test
  void tiedBoundedWeightsAreGood() {
    double[] raw = new double[1_000];
    Arrays.setAll(raw, i -> Math.log(1 + i % 3));
    assertThat(PsisReport.of(raw).verdict()).isEqualTo(Verdict.GOOD);
  }

  @Test
  void minusInfinityIsAWeightOfZero() {
    double[] raw = normalLogWeights(1.2, 2_000, SEED);
    Arrays.fill(raw, 0, 1_000, Double.NEGATIVE_INFINITY);
    Psis psis = Psis.of(raw);
    assertThat(psis.kHat()).isFinite();
    assertThat(psis.logWeights()[0]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(psis.logMean()).isCloseTo(Math.log(0.5), within(0.05));
  }

  @Test
  void aHandfulOfDrawsCannotBeJudged() {
    assertThat(PsisReport.of(new double[] {0.1, 0.4, -1}).verdict()).isEqualTo(Verdict.UNRELIABLE);
    assertThat(PsisReport.of(new double[] {0}).verdict()).isEqualTo(Verdict.UNRELIABLE);
  }

  @Test
  void thresholdFollowsTheSampleSize() {
    assertThat(PsisReport.of(new double[100]).threshold()).isCloseTo(0.5, within(1e-12));
    assertThat(PsisReport.of(new double[100_000]).threshold()).isEqualTo(0.7);
  }

  @Test
  void evidenceIsRightWithinItsStandardError() {
    // Weights are normalised densities, so the true log evidence is 0.
    PsisReport report = PsisReport.of(normalLogWeights(1.3, 20_000, SEED));
    assertThat(Math.abs(report.logEvidence())).isLessThan(4 * report.logEvidenceStandardError());
    assertThat(report.ess()).isBetween(10_000.0, 20_000.0);
  }

  @Test
  void resamplingFollowsTheWeights() {
    double[] raw = normalLogWeights(1.25, 4_000, SEED);
    PsisReport report = PsisReport.of(raw);
    int[] chosen = report.resample(40_000, SEED.fold("resample"));
    double[] share = new double[raw.length];
    for (int i : chosen) {
      share[i] += 1.0 / chosen.length;
    }
    double[] weights = report.weights();
    for (int i = 0; i < share.length; i++) {
      assertThat(share[i]).isCloseTo(weights[i], within(1.001 / chosen.length));
    }
  }

  @Test
  void refusesToResampleUnreliableDraws() {
    PsisReport report = PsisReport.of(normalLogWeights(4, 10_000, SEED));
    assertThatThrownBy(() -> report.resample(100, SEED))
        .isInstanceOf(PplException.class)
        .hasMessageMatching(
            "Importance resampling refused: k-hat is \\d\\.\\d\\d, above 0\\.70.*Likely fix.*");
  }

  @Test
  void locatesWeightsThatAreNotNumbers() {
    double[] raw = new double[50];
    raw[7] = Double.NaN;
    assertThatThrownBy(() -> Psis.of(raw)).hasMessageContaining("weight 7 of 50 is NaN");
    double[] zero = new double[50];
    Arrays.fill(zero, Double.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> Psis.of(zero)).hasMessageContaining("All 50 importance weights are 0");
  }

  @Test
  void verdictsReadAsSentences() {
    assertThat(PsisReport.of(normalLogWeights(1.5, 100_000, SEED)).toString())
        .startsWith("k-hat 0.5")
        .contains("usable with importance correction");
    assertThat(PsisReport.of(normalLogWeights(1.05, 10_000, SEED)).toString()).contains("(good");
    assertThat(PsisReport.of(normalLogWeights(4, 10_000, SEED)).toString()).contains("(unreliable");
  }
}
