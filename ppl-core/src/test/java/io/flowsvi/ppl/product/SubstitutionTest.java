package io.flowsvi.ppl.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.product.Products.Lifetime;
import io.flowsvi.ppl.product.Substitution.Half;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was solved for, put back into the equations. */
class SubstitutionTest {
  private final UniformRandomProvider random = Seed.of(4).generator();

  private void check(int n, int sides, Half half, boolean transposed) {
    double[] a = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        // The other half must not be read.
        boolean inside = half == Half.LOWER ? j < i : j > i;
        a[i * n + j] = i == j ? 2 + random.nextDouble() : inside ? random.nextDouble() / n : 1e300;
      }
    }
    double[] b = random.doubles(sides * n).toArray();
    double[] x = new double[sides * n];
    for (Lifetime lifetime : Lifetime.values()) {
      Substitution systems = new Substitution(n, sides, half, transposed, lifetime);
      // Nothing of another matrix may stay.
      systems.run(Arrays.stream(a).map(v -> v / 2).toArray(), b.clone(), x);
      systems.run(a, b, x);
      assertHold(n, sides, half, transposed, a, b, x);
    }
  }

  private static void assertHold(
      int n, int sides, Half half, boolean transposed, double[] a, double[] b, double[] x) {
    for (int s = 0; s < sides; s++) {
      for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
          int at = transposed ? k * n + i : i * n + k;
          sum += Math.abs(a[at]) > 1e10 ? 0 : a[at] * x[s * n + k];
        }
        assertThat(sum)
            .as("%d, %d sides, %s %s", n, sides, half, transposed)
            .isCloseTo(b[s * n + i], within(1e-13));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 8, 9, 16, 29})
  void equationsHold(int n) {
    for (int sides : new int[] {1, 2, 5, 10}) {
      for (Half half : Half.values()) {
        check(n, sides, half, false);
        check(n, sides, half, true);
      }
    }
  }
}
