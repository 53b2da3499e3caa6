package io.flowsvi.models.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.diagnose.Verdict;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.flows.train.Status;
import io.flowsvi.flows.train.Summary;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdict in words follows k-hat and how the fit ended. */
class AdviceTest {
  private static final int DRAWS = 10_000;

  /** Importance weights that are quantiles of a Pareto distribution of this shape: u^(−k). */
  private static FitReport report(double tail, Status status, String family) {
    double[] logWeights = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      logWeights[i] = -tail * Math.log((i + 0.5) / DRAWS);
    }
    return report(logWeights, status, family);
  }

  private static FitReport report(double[] logWeights, Status status, String family) {
    double elbo = Arrays.stream(logWeights).average().orElseThrow();
    return new FitReport(
        new FitReport.Run("m", family, 1, 2.5),
        status,
        300,
        new Estimate(elbo, 0.01),
        PsisReport.of(logWeights),
        List.of(),
        new Summary(List.of(), 0),
        List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, GOOD, true, Verdict: TRUST",
    "0.6, USABLE, true, Verdict: USE WITH CARE",
    "1.2, UNRELIABLE, false, Verdict: DO NOT TRUST"
  })
  void wordsFollowTheTailOfTheWeights(double tail, Verdict verdict, boolean trusted, String words) {
    FitReport report = report(tail, Status.CONVERGED, "iaf");
    assertThat(report.psis().verdict()).isEqualTo(verdict);
    assertThat(Advice.of(report).trusted()).isEqualTo(trusted);
    assertThat(Advice.of(report).text()).startsWith(words).doesNotContain("--steps)");
  }

  @ParameterizedTest
  @CsvSource({
    "mean-field, full-rank",
    "full-rank, iaf",
    "planar, iaf",
    "iaf, seed",
    "one-of-the-user, seed"
  })
  void nextThingToTryDependsOnTheFamily(String family, String next) {
    assertThat(Advice.of(report(1.2, Status.CONVERGED, family)).text()).contains("Try", next);
  }

  /** Weights 1 + εu^(−1.2): a heavy tail, which carries next to no mass. */
  @Test
  void heavyTailWithoutMassIsCalledThatAndNotAMiss() {
    double[] logWeights = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      logWeights[i] = Math.log1p(1e-5 * Math.pow((i + 0.5) / DRAWS, -1.2));
    }
    FitReport report = report(logWeights, Status.CONVERGED, "iaf");
    assertThat(report.psis().verdict()).isEqualTo(Verdict.UNRELIABLE);
    assertThat(Advice.of(report).text())
        .startsWith("Verdict: USE WITH CARE")
        .contains("tails are not vouched for");
  }

  @Test
  void stepsThatRanOutAreMentioned() {
    assertThat(Advice.of(report(0.1, Status.STEPS_USED, "iaf")).text()).contains("--steps");
  }

  @Test
  void fitThatBrokeDownIsNotTrustedWhateverItsWeights() {
    Advice advice = Advice.of(report(0.1, Status.NON_FINITE, "iaf"));
    assertThat(advice.trusted()).isFalse();
    assertThat(advice.text()).contains("DO NOT TRUST", "not finite");
  }

  @Test
  void textFitsATerminal() {
    String text = report(1.2, Status.STEPS_USED, "planar").text();
    assertThat(text.lines()).allMatch(line -> line.length() <= 90);
    assertThat(text).startsWith("m with planar, seed 1: all steps made");
  }
}
