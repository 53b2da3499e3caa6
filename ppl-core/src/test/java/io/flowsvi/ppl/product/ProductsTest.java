package io.flowsvi.ppl.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.product.Products.Lifetime;
import io.flowsvi.ppl.product.Products.Operand;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** Products against their definition, over all layouts and sizes around those of the blocks. */
class ProductsTest {
  private static final int[] SIZES = {1, 2, 3, 4, 5, 7, 8, 12, 13, 25, 31};

  private final UniformRandomProvider random = Seed.of(3).generator();

  private double[] numbers(int count) {
    return random.doubles(count).map(x -> 2 * x - 1).toArray();
  }

  private void check(int rows, int inner, int columns, boolean turnA, boolean turnB, Lifetime b) {
    double[] a = numbers(2 * rows * inner);
    double[] right = numbers((b == Lifetime.DATA ? 1 : 2) * inner * columns);
    int[] startA = {rows * inner, 0, 0};
    int[] startB = b == Lifetime.DATA ? new int[3] : new int[] {0, inner * columns, 0};
    Products products =
        new Products(
            rows, inner, columns, new Operand(startA, turnA), new Operand(startB, turnB), b);
    double[] out = new double[3 * rows * columns];
    products.run(a, right, out);
    products.run(a, right, out);
    for (int m = 0, at = 0; m < 3; m++) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++, at++) {
          double sum = 0;
          for (int k = 0; k < inner; k++) {
            sum +=
                a[startA[m] + (turnA ? k * rows + i : i * inner + k)]
                    * right[startB[m] + (turnB ? j * inner + k : k * columns + j)];
          }
          assertThat(out[at])
              .as("%d x %d x %d, %s %s %s, at %d", rows, inner, columns, turnA, turnB, b, at)
              .isCloseTo(sum, within(1e-14 * inner));
        }
      }
    }
  }

  @Test
  void allSizesAndLayoutsAreRight() {
    for (int rows : SIZES) {
      for (int inner : SIZES) {
        for (int columns : SIZES) {
          for (int layout = 0; layout < 4; layout++) {
            boolean turnB = layout / 2 == 1;
            check(rows, inner, columns, layout % 2 == 1, turnB, Lifetime.STEP);
            check(rows, inner, columns, layout % 2 == 1, turnB, Lifetime.DATA);
          }
        }
      }
    }
  }

  /** Long sums and long rows are made in parts. */
  @Test
  void longSumsAreRight() {
    for (int layout = 0; layout < 4; layout++) {
      check(13, 300, 27, layout % 2 == 1, layout / 2 == 1, Lifetime.STEP);
      check(40, 257, 35, layout % 2 == 1, layout / 2 == 1, Lifetime.DATA);
      check(200, 140, 70, layout % 2 == 1, layout / 2 == 1, Lifetime.STEP);
      check(100, 20, 45, layout % 2 == 1, layout / 2 == 1, Lifetime.DATA);
      check(1, 300, 46, layout % 2 == 1, layout / 2 == 1, Lifetime.STEP);
      check(1, 20, 1001, layout % 2 == 1, layout / 2 == 1, Lifetime.DATA);
      check(6, 11, 270, layout % 2 == 1, layout / 2 == 1, Lifetime.STEP);
    }
  }

  /** Around the rows, the sums and the columns, of 8 vectors and less, at which blocks end. */
  @Test
  void edgesOfBlocksAreRight() {
    for (int layout = 0; layout < 4; layout++) {
      boolean turnA = layout % 2 == 1;
      boolean turnB = layout / 2 == 1;
      for (int more = -1; more <= 1; more++) {
        check(96 + more, 128 + more, 72 + more, turnA, turnB, Lifetime.STEP);
        check(24 + more, 256 + more, 64 + more, turnA, turnB, Lifetime.STEP);
        check(192 + more, 64 + more, 96 + more, turnA, turnB, Lifetime.DATA);
        check(33 + more, 128 + more, 8 + more, turnA, turnB, Lifetime.STEP);
        check(7 + more, 16 + more, 48 + more, turnA, turnB, Lifetime.DATA);
        check(40 + more, 64 + more, 32 + more, turnA, turnB, Lifetime.STEP);
      }
    }
  }

  /** A sum of nothing is 0, for any number of rows. */
  @Test
  void emptySumsAreZero() {
    for (int rows : new int[] {1, 3, 9, 40}) {
      check(rows, 0, 40, false, false, Lifetime.STEP);
      check(rows, 0, 1, true, false, Lifetime.STEP);
    }
  }

  /** A copy of data in another layout must not outlive them. */
  @Test
  void otherDataAreSeen() {
    for (boolean turned : new boolean[] {false, true}) {
      for (int rows : new int[] {9, 30}) {
        Operand one = new Operand(new int[1], false);
        Operand data = new Operand(new int[1], turned);
        Products products = new Products(rows, 8, 150, one, data, Lifetime.DATA);
        double[] a = new double[rows * 8];
        Arrays.fill(a, 1);
        double[] out = new double[rows * 150];
        for (double value : new double[] {1, 2}) {
          double[] b = new double[8 * 150];
          Arrays.fill(b, value);
          products.run(a, b, out);
          assertThat(out).containsOnly(8 * value);
        }
      }
    }
  }
}
