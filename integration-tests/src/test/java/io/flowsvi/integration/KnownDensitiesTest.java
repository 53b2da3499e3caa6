package io.flowsvi.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.models.data.Toys;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The yardsticks of density fits must be densities, and of the samples they belong to. */
class KnownDensitiesTest {
  static Set<String> names() {
    return KnownDensities.toys().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void logDensityIntegratesToOneAndCoversItsSample(String name) {
    ToDoubleFunction<double[]> density = KnownDensities.toys().get(name);
    int n = 160;
    double step = 12.0 / n;
    double total = 0;
    for (int i = 0; i < n * n; i++) {
      double[] point = {-6 + step * (i % n + 0.5), -6 + step * (i / n + 0.5)};
      total += Math.exp(density.applyAsDouble(point)) * step * step;
    }
    // Midpoints of cells of 0.075 against structures of 0.2; squares end within cells.
    assertThat(total).isCloseTo(1, within(name.equals("checkerboard") ? 0.04 : 1e-3));
    double[] sample = Toys.rows(Toys.all().get(name), 500, Seed.of(4)).values();
    for (int i = 0; i < sample.length; i += 2) {
      assertThat(density.applyAsDouble(new double[] {sample[i], sample[i + 1]}))
          .as("%s at %s, %s", name, sample[i], sample[i + 1])
          .isGreaterThan(-25);
    }
  }

  /** Two independent samples agree on the entropy within 5 standard errors. */
  @Test
  void tablesHaveTheEntropyOfTheirDensity() {
    KnownDensities.Table one = KnownDensities.table(6, 4000, Seed.of(1));
    KnownDensities.Table two = KnownDensities.table(6, 4000, Seed.of(2));
    assertThat(one.entropy()).isCloseTo(two.entropy(), within(5 * 2 * Math.sqrt(2.0 / 4000)));
  }
}
