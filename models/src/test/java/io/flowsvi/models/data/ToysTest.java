package io.flowsvi.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.density.Rows;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ToysTest {
  @Test
  void aPointDependsOnItsNumberAlone() {
    for (Toys.Toy toy : Toys.all().values()) {
      Rows few = Toys.rows(toy, 10, Seed.of(1));
      Rows many = Toys.rows(toy, 100, Seed.of(1));
      assertThat(Arrays.copyOf(many.values(), 20)).containsExactly(few.values());
    }
  }

  @Test
  void eightGaussiansHaveTheirMoments() {
    double[] values = Toys.rows(Toys.all().get("eight-gaussians"), 20_000, Seed.of(1)).values();
    double square = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
    // Each coordinate: (16/2 + ¼)/2; five standard errors are below 0.15.
    assertThat(square).isCloseTo(8.25 / 1.414 / 1.414, within(0.15));
    assertThat(Arrays.stream(values).average().orElseThrow()).isCloseTo(0, within(0.08));
  }

  @Test
  void checkerboardFillsHalfTheSquares() {
    double[] values = Toys.rows(Toys.all().get("checkerboard"), 5000, Seed.of(1)).values();
    for (int i = 0; i < values.length; i += 2) {
      long column = (long) Math.floor(values[i] / 2);
      long row = (long) Math.floor(values[i + 1] / 2);
      assertThat(Math.floorMod(column + row, 2)).as("square %d, %d", column, row).isZero();
    }
  }
}
