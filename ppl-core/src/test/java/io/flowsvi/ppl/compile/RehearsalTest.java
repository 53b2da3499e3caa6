package io.flowsvi.ppl.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RehearsalTest {
  /** x = m + e^s·noise with m = 0.5, s = −0.5: the loss is the mean of x², less s. */
  @Test
  void compilesTheLossAndItsGradient() {
    double[] all = Rehearsal.step();
    double towardsShift = all[0];
    double towardsScale = all[1];
    double loss = all[2];
    // d/dm = 2·mean(x), d/ds = 2·mean(x·(x − m)) − 1 = 2·(loss + s) − m·d/dm − 1.
    assertThat(towardsScale).isCloseTo(2 * (loss - 0.5) - 0.5 * towardsShift - 1, within(1e-12));
    assertThat(loss).isGreaterThan(0.5 + towardsShift * towardsShift / 4 - 1e-12);
  }

  @Test
  void beginsOnceAndOnlyWhereThereIsASecondCore() {
    assertThat(Rehearsal.begin()).isEqualTo(Runtime.getRuntime().availableProcessors() > 1);
    assertThat(Rehearsal.begin()).isEqualTo(Rehearsal.begin());
  }
}
