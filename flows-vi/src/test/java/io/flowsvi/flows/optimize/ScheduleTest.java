package io.flowsvi.flows.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void cosineFallsFromOneToItsEnd() {
    Schedule cosine = Schedule.cosine(0.1);
    assertThat(cosine.factor(0, 1001)).isEqualTo(1);
    assertThat(cosine.factor(500, 1001)).isCloseTo(0.55, within(1e-12));
    assertThat(cosine.factor(1000, 1001)).isCloseTo(0.1, within(1e-12));
    assertThat(cosine.factor(5000, 1001)).isCloseTo(0.1, within(1e-12));
    assertThat(cosine.factor(0, 1)).isEqualTo(1);
  }

  @Test
  void stepMultipliesAfterEachStretch() {
    Schedule step = Schedule.step(100, 0.5);
    assertThat(step.factor(99, 1000)).isEqualTo(1);
    assertThat(step.factor(100, 1000)).isEqualTo(0.5);
    assertThat(step.factor(399, 1000)).isEqualTo(0.125);
  }

  @Test
  void warmUpRisesAndThenLeavesTheScheduleAlone() {
    Schedule warm = Schedule.constant().warmUp(9);
    assertThat(warm.factor(0, 100)).isCloseTo(0.1, within(1e-12));
    assertThat(warm.factor(8, 100)).isCloseTo(0.9, within(1e-12));
    assertThat(warm.factor(9, 100)).isEqualTo(1);
    assertThat(Schedule.cosine(0).warmUp(0).factor(0, 10)).isEqualTo(1);
  }

  @Test
  void refusesValuesOutsideTheirRange() {
    assertThatThrownBy(() -> Schedule.cosine(2))
        .hasMessage("Schedule.cosine: end must be in [0, 1], got 2.0.");
    assertThatThrownBy(() -> Schedule.step(0, 0.5))
        .hasMessageContaining("every must be at least 1");
    assertThatThrownBy(() -> Schedule.step(5, -1)).hasMessageContaining("factor must be in [0, 1]");
    assertThatThrownBy(() -> Schedule.constant().warmUp(-1))
        .hasMessageContaining("must not be negative, got -1");
  }
}
