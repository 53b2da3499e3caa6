package io.flowsvi.flows.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.diagnose.Psis;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

/** Each check as the one that decides. */
class JudgementTest {
  private static final int DRAWS = 10_000;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** Weights by their quantiles: log w as a function of u in (0, 1). */
  private static double[] logs(DoubleUnaryOperator log) {
    double[] all = new double[DRAWS];
    Arrays.setAll(all, i -> log.applyAsDouble((i + 0.5) / DRAWS));
    return all;
  }

  private static Weights weights(double[] logs) {
    Psis psis = Psis.of(logs);
    return new Weights(psis.kHat(), psis.ess(), psis.logMean(), psis.logWeights());
  }

  private static Judgement judged(Weights weights, Weights.Bound... highest) {
    return Judgement.of(weights.checks(Arrays.stream(highest).findFirst(), "Try this."));
  }

  private static List<String> deciding(Judgement judgement) {
    return judgement.deciding().stream().map(Check::name).toList();
  }

  private static Weights good() {
    return weights(logs(u -> 0.1 * NORMAL.inverseCumulativeProbability(u)));
  }

  @Test
  void wellBehavedWeightsAreTrusted() {
    Judgement judgement = judged(good());
    assertThat(judgement).isInstanceOf(Trusted.class);
    assertThat(judgement.words()).startsWith("TRUSTED: k-hat ").doesNotContain("Besides");
    assertThat(judgement.next()).isEmpty();
    assertThat(deciding(judgement)).containsExactly("weights", "effective", "bound");
    judgement.require();
  }

  @Test
  void tailOfTheWeightsDecides() {
    // A bulk of 90% and a Pareto tail: the shape alone differs between the three.
    assertThat(judged(tailed(0.3))).isInstanceOf(Trusted.class);
    Judgement usable = judged(tailed(0.6));
    assertThat(usable).isInstanceOf(Corrected.class);
    assertThat(deciding(usable)).containsExactly("weights");
    Judgement heavy = judged(tailed(1.2));
    assertThat(heavy).isInstanceOf(Untrusted.class);
    assertThat(deciding(heavy)).contains("weights");
    assertThat(heavy.words()).contains("above 0.70", "Try this.");
    assertThatThrownBy(heavy::require).hasMessageContaining("not to be trusted. k-hat");
  }

  private static Weights tailed(double k) {
    return weights(logs(u -> u > 0.1 ? 0 : -k * Math.log(10 * u)));
  }

  @Test
  void heavyTailWithoutMassIsNoMiss() {
    Judgement judgement = judged(weights(logs(u -> Math.log1p(1e-5 * Math.pow(u, -1.2)))));
    assertThat(judgement).isInstanceOf(Corrected.class);
    assertThat(judgement.words()).contains("tails are not vouched for");
  }

  @Test
  void tooFewEffectiveDrawsDecide() {
    // Two kinds of weights: one in a hundred has all of it. There is no tail, but little is left.
    Weights few = weights(logs(u -> u < 0.03 ? u : -20 + u));
    assertThat(few.kHat()).isLessThan(0.5);
    Judgement judgement = judged(few);
    assertThat(judgement).isInstanceOf(Untrusted.class);
    assertThat(deciding(judgement)).containsExactly("effective");
    assertThat(judgement.words()).containsPattern("only \\d+ effective of 10000");
  }

  @Test
  void guideFarFromThePosteriorDecides() {
    // A guide much wider than the posterior: weights are bounded, and enough of them count.
    Weights far =
        weights(logs(u -> -5 * Math.pow(NORMAL.inverseCumulativeProbability(0.5 + u / 2), 2)));
    assertThat(far.kHat()).isLessThan(0.5);
    assertThat(far.effective()).isGreaterThan(1_000);
    assertThat(deciding(judged(far))).containsExactly("bound");
    assertThat(judged(far)).isInstanceOf(Corrected.class);
  }

  @Test
  void boundAboveTheEvidenceDecides() {
    Judgement judgement = judged(good(), new Weights.Bound("mixture", 0.5, 0.01));
    assertThat(judgement).isInstanceOf(Untrusted.class);
    assertThat(deciding(judgement)).containsExactly("bound");
    assertThat(judgement.words()).contains("below the bound 0.50 of 'mixture'", "miss mass");
    assertThat(judged(good(), new Weights.Bound("noisy", 0.5, 0.2))).isInstanceOf(Trusted.class);
  }

  @Test
  void gapIsTheDistanceOfBoundAndEvidence() {
    double[] logs = logs(u -> 0.3 * NORMAL.inverseCumulativeProbability(u));
    // Log-normal weights: σ²/2.
    assertThat(weights(logs).gap()).isCloseTo(0.045, within(0.001));
    double[] holes = logs.clone();
    Arrays.fill(holes, 0, DRAWS / 20, Double.NEGATIVE_INFINITY);
    assertThat(weights(holes).gap()).isBetween(0.0, 0.1);
  }

  @Test
  void quantitiesThatCannotBeAveragedDecide() {
    double[] equal = new double[DRAWS];
    double[] cauchy = logs(u -> Math.tan(Math.PI * (u - 0.5)));
    double[] normal = logs(NORMAL::inverseCumulativeProbability);
    Quantity heavy = Quantity.of("x", cauchy, equal);
    // Its |x| has the tail of a Pareto of shape 1, its square of shape 2.
    assertThat(heavy.mean()).isCloseTo(1, within(0.1));
    assertThat(heavy.spread()).isCloseTo(2, within(0.2));
    Quantity light = Quantity.of("z", normal, equal);
    assertThat(light.grade()).isEqualTo(Grade.TRUSTED);
    assertThat(Quantity.of("c", new double[DRAWS], equal).grade()).isEqualTo(Grade.TRUSTED);
    Check check = Quantity.check(List.of(light, heavy));
    Judgement judgement = with(check);
    assertThat(judgement).isInstanceOf(Corrected.class);
    assertThat(deciding(judgement)).containsExactly("quantities");
    assertThat(judgement.words()).contains("not vouched for of x with k-hat").contains("quantiles");
    assertThat(Quantity.check(List.of(light)).grade()).isEqualTo(Grade.TRUSTED);
    assertThat(Quantity.check(List.of()).grade()).isEqualTo(Grade.TRUSTED);
  }

  private static Judgement with(Check check) {
    List<Check> all = new java.util.ArrayList<>(good().checks(Optional.empty(), ""));
    all.add(check);
    return Judgement.of(all);
  }

  @Test
  void rowsOfAPlateDecide() {
    Judgement judgement =
        with(Row.check(List.of(new Row("school", 1, 0.2), new Row("school", 2, 0.9))));
    assertThat(judgement).isInstanceOf(Corrected.class);
    assertThat(deciding(judgement)).containsExactly("rows");
    assertThat(judgement.words()).contains("1 of 2 rows", "school[2] (k-hat 0.90)");
    assertThat(with(Row.check(List.of(new Row("school", 1, 0.2)))).words())
        .contains("worst row school[1] with k-hat 0.20");
    assertThat(Row.check(List.of()).value()).isNaN();
  }

  @Test
  void tableHasALineForEachCheck() {
    String table = Check.table(good().checks(Optional.empty(), ""));
    assertThat(table.lines()).hasSize(4);
    assertThat(table).contains("check ", "weights ", "effective ", "bound ", "trusted");
    assertThatThrownBy(() -> Judgement.of(List.of())).hasMessageContaining("at least one check");
  }
}
