package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Seed;
import org.junit.jupiter.api.Test;

/** The yardsticks of density fits must be densities, and of the samples they belong to. */
class KnownDensitiesTest {
  /** Two independent samples agree on the entropy within 5 standard errors. */
  @Test
  void tablesHaveTheEntropyOfTheirDensity() {
    KnownDensities.Table one = KnownDensities.table(6, 4000, Seed.of(1));
    KnownDensities.Table two = KnownDensities.table(6, 4000, Seed.of(2));
    assertThat(one.entropy()).isCloseTo(two.entropy(), within(5 * 2 * Math.sqrt(2.0 / 4000)));
  }
}
