package io.flowsvi.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Seed;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ToyDensityTest {
  static Stream<String> names() {
    return ToyDensity.all().keySet().stream();
  }

  /**
   * A wrong formula for draws or density makes these two differ: the density is that of the draws.
   */
  @ParameterizedTest
  @MethodSource("names")
  void drawsHaveTheEntropyOfTheDensity(String name) {
    Map<String, ToyDensity> all = ToyDensity.all();
    double total = 0;
    double entropy = 0;
    int n = 256;
    double h = 14.0 / n;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double logP = all.get(name).logProb(-7 + h * (i + 0.5), -7 + h * (j + 0.5));
        double p = Math.exp(logP);
        total += p * h * h;
        entropy -= p > 0 ? p * logP * h * h : 0;
      }
    }
    // Edges of the checkerboard cross cells; the rest is smooth and exact.
    assertThat(total).isCloseTo(1, within(name.equals("checkerboard") ? 0.02 : 1e-6));
    double[] rows = Toys.rows(Toys.all().get(name), 3_000, Seed.of(3)).values();
    double mean = 0;
    double square = 0;
    for (int i = 0; i < rows.length; i += 2) {
      double score = -all.get(name).logProb(rows[i], rows[i + 1]);
      assertThat(score).isFinite();
      mean += score / 3_000;
      square += score * score / 3_000;
    }
    double error = Math.sqrt((square - mean * mean) / 3_000);
    double exact = name.equals("checkerboard") ? Math.log(32) : entropy;
    assertThat(mean).isCloseTo(exact, within(4 * error + 1e-9));
  }
}
