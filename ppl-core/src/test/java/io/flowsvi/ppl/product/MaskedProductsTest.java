package io.flowsvi.ppl.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.product.MaskedProducts.Part;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** Products with a mask against products of which the mask was made part by hand. */
class MaskedProductsTest {
  private static final int[] ROWS = {1, 3, 10, 27};
  private static final int[][] MASKED = {{5, 3}, {13, 8}, {29, 31}, {6, 140}, {150, 11}};

  /** Of a sum of one number; masks have numbers up to 160. */
  private static final double TOLERANCE = 1e-13;

  /** What a row and a column have: ranges of all kinds, and two masks that are none. */
  private static final Map<String, IntBinaryOperator> MASKS =
      new TreeMap<>(
          Map.of(
              "stairs", (r, c) -> c <= r ? 1 : 0,
              "wide stairs", (r, c) -> c < 3 * (r % 17) ? 1 : 0,
              "falling", (r, c) -> c + r > 11 ? 1 : 0,
              "band", (r, c) -> Math.abs(c - r) < 4 ? 1 : 0,
              "jumps", (r, c) -> c >= r * 7 % 13 && c < r * 5 % 23 ? 1 : 0,
              "all", (r, c) -> 1,
              "none", (r, c) -> 0,
              "gaps", (r, c) -> (r + c) % 3 == 0 ? 1 : 0,
              "weights", (r, c) -> r + c));

  private final UniformRandomProvider random = Seed.of(5).generator();

  private double[] numbers(int count) {
    return random.doubles(count).map(x -> 2 * x - 1).toArray();
  }

  private static double[] mask(IntBinaryOperator at, int rows, int columns) {
    double[] mask = new double[rows * columns];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = at.applyAsInt(i / columns, i % columns);
    }
    return mask;
  }

  private static double[] times(double[] x, double[] mask) {
    double[] product = new double[x.length];
    Arrays.setAll(product, i -> x[i] * mask[i]);
    return product;
  }

  /** Numbers before those of a matrix, which must not be read or written. */
  private static double[] behind(int others, double[] matrix) {
    double[] all = new double[others + matrix.length];
    Arrays.fill(all, 0, others, Double.NaN);
    System.arraycopy(matrix, 0, all, others, matrix.length);
    return all;
  }

  private void check(
      String name, int rows, int inner, int columns, boolean turnA, boolean turnB, Part part) {
    MaskedProducts products = new MaskedProducts(rows, inner, columns, turnA, turnB, part);
    double[] out = numbers(rows * columns);
    // Two masks one after another: nothing of the first may stay.
    for (String each : List.of("all", name)) {
      boolean right = part == Part.RIGHT;
      int maskRows = right ? turnB ? columns : inner : rows;
      int maskColumns = right && turnB ? inner : columns;
      double[] mask = mask(MASKS.get(each), maskRows, maskColumns);
      double[] a = numbers(rows * inner);
      double[] b = numbers(inner * columns);
      products.run(a, b, mask, out);
      double[] moved = behind(7, out);
      products.run(behind(5, a), 5, behind(3, b), 3, mask, moved, 7);
      assertThat(moved).containsExactly(behind(7, out));
      double worst = 0;
      double[] masked = right ? times(b, mask) : b;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            sum +=
                a[turnA ? k * rows + i : i * inner + k]
                    * masked[turnB ? j * inner + k : k * columns + j];
          }
          sum *= right ? 1 : mask[i * columns + j];
          worst = Math.max(worst, Math.abs(out[i * columns + j] - sum));
        }
      }
      assertThat(worst)
          .as("%s %s %s %s: %d x %d x %d", each, part, turnA, turnB, rows, inner, columns)
          .isLessThan(TOLERANCE * inner);
    }
  }

  @Test
  void rightOperandsWithMasksOfAllKinds() {
    for (String name : MASKS.keySet()) {
      for (int rows : ROWS) {
        for (int[] sizes : MASKED) {
          check(name, rows, sizes[1], sizes[0], false, true, Part.RIGHT);
          check(name, rows, sizes[0], sizes[1], false, false, Part.RIGHT);
          check(name, rows, sizes[1], sizes[0], true, true, Part.RIGHT);
          check(name, rows, sizes[0], sizes[1], true, false, Part.RIGHT);
        }
      }
    }
  }

  @Test
  void resultsWithMasksOfAllKinds() {
    for (String name : MASKS.keySet()) {
      for (int inner : new int[] {1, 10, 70}) {
        for (int[] sizes : MASKED) {
          check(name, sizes[0], inner, sizes[1], true, false, Part.RESULT);
          check(name, sizes[0], inner, sizes[1], false, false, Part.RESULT);
          check(name, sizes[0], inner, sizes[1], true, true, Part.RESULT);
        }
      }
    }
  }
}
