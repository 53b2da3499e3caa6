package io.flowsvi.flows.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowsvi.flows.optimize.Adamax;
import io.flowsvi.flows.optimize.Schedule;
import org.junit.jupiter.api.Test;

class SviSettingsTest {
  private final SviSettings defaults = SviSettings.defaults();

  @Test
  void eachMethodChangesOneThing() {
    assertThat(defaults.withLearningRate(0.5).learningRate()).isEqualTo(0.5);
    assertThat(defaults.withLearningRate(0.5).withLearningRate(0.01)).isEqualTo(defaults);
    assertThat(defaults.withClipNorm(3).clipNorm()).isEqualTo(3);
    assertThat(defaults.withCoolingSteps(7).coolingSteps()).isEqualTo(7);
    assertThat(defaults.withEvaluation(11, 12).evaluateEvery()).isEqualTo(11);
    assertThat(defaults.withEvaluation(11, 12).evaluationDraws()).isEqualTo(12);
    assertThat(defaults.withRetries(2).retries()).isEqualTo(2);
    assertThat(defaults.withConvergence(Convergence.never()).convergence())
        .isEqualTo(Convergence.never());
    assertThat(defaults.withOptimizer(Adamax.standard()).optimizer()).isEqualTo(Adamax.standard());
    Schedule cosine = Schedule.cosine(0);
    assertThat(defaults.withSchedule(cosine).schedule()).isSameAs(cosine);
  }

  @Test
  void shortFitsCoolForAtMostAThirdOfTheirSteps() {
    assertThat(defaults.withSteps(90).coolingSteps()).isEqualTo(30);
    assertThat(defaults.withSteps(100_000).coolingSteps()).isEqualTo(defaults.coolingSteps());
  }

  @Test
  void refusesValuesOutsideTheirRange() {
    assertThatThrownBy(() -> defaults.withSteps(0))
        .hasMessage("SviSettings: steps must be at least 1, got 0.");
    assertThatThrownBy(() -> defaults.withLearningRate(-1)).hasMessageContaining("learningRate");
    assertThatThrownBy(() -> defaults.withLearningRate(Double.NaN)).hasMessageContaining("got NaN");
    assertThatThrownBy(() -> defaults.withClipNorm(0)).hasMessageContaining("clipNorm");
    assertThatThrownBy(() -> defaults.withCoolingSteps(-1)).hasMessageContaining("coolingSteps");
    assertThatThrownBy(() -> defaults.withEvaluation(0, 10)).hasMessageContaining("evaluateEvery");
    assertThatThrownBy(() -> defaults.withEvaluation(10, 1))
        .hasMessageContaining("evaluationDraws");
    assertThatThrownBy(() -> defaults.withRetries(-1)).hasMessageContaining("retries");
  }
}
