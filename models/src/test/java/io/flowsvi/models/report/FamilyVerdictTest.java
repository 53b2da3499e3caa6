package io.flowsvi.models.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.diagnose.PsisReport;
import io.flowsvi.flows.diagnose.Verdict;
import io.flowsvi.flows.train.Estimate;
import io.flowsvi.flows.train.Status;
import io.flowsvi.flows.train.Summary;
import io.flowsvi.flows.verdict.Check;
import io.flowsvi.flows.verdict.Grade;
import io.flowsvi.flows.verdict.Judgement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verdict in words follows k-hat and how the fit ended. */
class FamilyVerdictTest {
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
    "0.1, TRUSTED, 'TRUSTED: k-hat 0.1'",
    "0.6, CORRECTED, 'CORRECTED: k-hat 0.5'",
    "1.2, UNTRUSTED, 'UNTRUSTED: k-hat 1.'"
  })
  void wordsFollowTheTailOfTheWeights(double tail, Grade grade, String words) {
    FitReport report = report(tail, Status.CONVERGED, "iaf");
    assertThat(report.judgement().grade()).isEqualTo(grade);
    assertThat(report.judgement().words()).startsWith(words).doesNotContain("--steps)");
  }

  @Test
  void drawsThatNeedCorrectionAreNotCorrected() {
    assertThat(report(0.6, Status.CONVERGED, "iaf").judgement().next())
        .contains("not corrected", "PsisReport.resample");
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
    assertThat(report(1.2, Status.CONVERGED, family).judgement().words()).contains("Try", next);
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
    assertThat(report.judgement().words())
        .startsWith("CORRECTED: ")
        .contains("tails are not vouched for");
  }

  @Test
  void stepsThatRanOutAreMentioned() {
    assertThat(report(0.1, Status.STEPS_USED, "iaf").judgement().words()).contains("--steps");
  }

  @Test
  void fitThatBrokeDownIsNotTrustedWhateverItsWeights() {
    Judgement judgement = report(0.1, Status.NON_FINITE, "iaf").judgement();
    assertThat(judgement.grade()).isEqualTo(Grade.UNTRUSTED);
    assertThat(judgement.words()).startsWith("UNTRUSTED: ").contains("not finite", "--rate");
    assertThat(judgement.deciding()).extracting(Check::name).containsExactly("status");
  }

  @Test
  void textFitsATerminal() {
    String text = report(1.2, Status.STEPS_USED, "planar").text();
    assertThat(text.lines()).allMatch(line -> line.length() <= 90);
    assertThat(text).startsWith("m with planar, seed 1: all steps made");
  }
}
