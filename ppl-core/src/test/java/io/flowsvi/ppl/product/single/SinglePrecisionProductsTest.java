package io.flowsvi.ppl.product.single;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.plain.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels of floats against those of doubles on the same numbers, which floats have. */
class SinglePrecisionProductsTest {
  /** Half a unit of the last place of 1: the error of one rounding. */
  private static final double ROUNDING = 0x1p-24;

  /** Around vectors of 8 and 16, and pairs of them. */
  private static final int[] SIZES = {1, 2, 6, 7, 8, 9, 15, 16, 17, 33};

  private static final Map<String, IntBinaryOperator> MASKS =
      new TreeMap<>(
          Map.of(
              "stairs", (r, c) -> c <= r ? 1 : 0,
              "falling", (r, c) -> c + r > 11 ? 1 : 0,
              "band", (r, c) -> Math.abs(c - r) < 4 ? 1 : 0,
              "jumps", (r, c) -> c >= r * 7 % 13 && c < r * 5 % 23 ? 1 : 0,
              "none", (r, c) -> 0,
              "weights", (r, c) -> r + c));

  private final UniformRandomProvider random = Seed.of(6).generator();

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = 2 * random.nextFloat() - 1;
    }
    return numbers;
  }

  private static double[] wide(float[] x) {
    double[] wide = new double[x.length];
    Arrays.setAll(wide, i -> x[i]);
    return wide;
  }

  private static double[] magnitudes(float[] x) {
    double[] magnitudes = new double[x.length];
    Arrays.setAll(magnitudes, i -> Math.abs(x[i]));
    return magnitudes;
  }

  /**
   * In whatever order n products are added: each passes n roundings at most, and one more where it
   * has a factor that was made before.
   */
  private static void assertClose(
      float[] got, double[] sums, double[] sumsOfMagnitudes, int n, String what, Object... of) {
    for (int i = 0; i < got.length; i++) {
      double bound = (n + 2) * ROUNDING * sumsOfMagnitudes[i];
      if (!(Math.abs(got[i] - sums[i]) <= bound)) {
        assertThat((double) got[i]).as(what + " at " + i, of).isEqualTo(sums[i]);
      }
    }
  }

  private void checkProducts(
      int rows, int inner, int columns, boolean turnA, boolean turnB, boolean data) {
    float[] a = numbers(2 * rows * inner);
    int[] startA = {rows * inner, 0, 0};
    int[] startB = data ? new int[3] : new int[] {0, inner * columns, 0};
    Products products =
        new Products(
            rows,
            inner,
            columns,
            new Products.Operand(startA, turnA),
            new Products.Operand(startB, turnB),
            data ? Products.Lifetime.DATA : Products.Lifetime.STEP);
    io.flowsvi.ppl.product.Products exact =
        new io.flowsvi.ppl.product.Products(
            rows,
            inner,
            columns,
            new io.flowsvi.ppl.product.Products.Operand(startA, turnA),
            new io.flowsvi.ppl.product.Products.Operand(startB, turnB),
            io.flowsvi.ppl.product.Products.Lifetime.STEP);
    float[] out = new float[3 * rows * columns];
    double[] sums = new double[out.length];
    double[] magnitudes = new double[out.length];
    // Twice: a copy of data in another layout must not outlive them.
    for (int run = 0; run < 2; run++) {
      float[] b = numbers((data ? 1 : 2) * inner * columns);
      products.run(a, b, out);
      exact.run(wide(a), wide(b), sums);
      exact.run(magnitudes(a), magnitudes(b), magnitudes);
      assertClose(
          out,
          sums,
          magnitudes,
          inner,
          "%d x %d x %d, %s %s %s",
          rows,
          inner,
          columns,
          turnA,
          turnB,
          data);
    }
  }

  @Test
  void productsOfAllSizesAndLayouts() {
    for (int rows : SIZES) {
      for (int inner : SIZES) {
        for (int columns : SIZES) {
          for (int layout = 0; layout < 8; layout++) {
            boolean turnB = layout / 2 % 2 == 1;
            checkProducts(rows, inner, columns, layout % 2 == 1, turnB, layout / 4 == 1);
          }
        }
      }
    }
  }

  /** Long sums and long rows are made in parts. */
  @Test
  void longProducts() {
    for (int layout = 0; layout < 8; layout++) {
      boolean turnA = layout % 2 == 1;
      boolean turnB = layout / 2 % 2 == 1;
      boolean data = layout / 4 == 1;
      checkProducts(13, 300, 53, turnA, turnB, data);
      checkProducts(200, 140, 140, turnA, turnB, data);
      checkProducts(100, 20, 150, turnA, turnB, data);
      checkProducts(1, 300, 90, turnA, turnB, data);
      checkProducts(1, 20, 1001, turnA, turnB, data);
      checkProducts(6, 11, 270, turnA, turnB, data);
      checkProducts(40, 0, 40, turnA, turnB, data);
    }
  }

  /** Around the rows, the sums and the columns, of 8 vectors and less, at which blocks end. */
  @Test
  void edgesOfBlocks() {
    for (int layout = 0; layout < 8; layout++) {
      boolean turnA = layout % 2 == 1;
      boolean turnB = layout / 2 % 2 == 1;
      boolean data = layout / 4 == 1;
      for (int more = -1; more <= 1; more++) {
        checkProducts(96 + more, 128 + more, 144 + more, turnA, turnB, data);
        checkProducts(24 + more, 256 + more, 128 + more, turnA, turnB, data);
        checkProducts(33 + more, 128 + more, 16 + more, turnA, turnB, data);
        checkProducts(7 + more, 16 + more, 96 + more, turnA, turnB, data);
        checkProducts(40 + more, 64 + more, 64 + more, turnA, turnB, data);
      }
    }
  }

  private void checkMasked(
      String name, int rows, int inner, int columns, boolean turnA, boolean turnB, boolean right) {
    float[] a = numbers(rows * inner);
    float[] b = numbers(inner * columns);
    int maskRows = right ? turnB ? columns : inner : rows;
    float[] mask = new float[right ? b.length : rows * columns];
    int wide = mask.length / maskRows;
    for (int i = 0; i < mask.length; i++) {
      mask[i] = MASKS.get(name).applyAsInt(i / wide, i % wide);
    }
    MaskedProducts.Part part = right ? MaskedProducts.Part.RIGHT : MaskedProducts.Part.RESULT;
    io.flowsvi.ppl.product.MaskedProducts exact =
        new io.flowsvi.ppl.product.MaskedProducts(
            rows,
            inner,
            columns,
            turnA,
            turnB,
            io.flowsvi.ppl.product.MaskedProducts.Part.valueOf(part.name()));
    float[] out = numbers(rows * columns);
    double[] sums = new double[out.length];
    double[] magnitudes = new double[out.length];
    double[] wideMask = wide(mask);
    new MaskedProducts(rows, inner, columns, turnA, turnB, part).run(a, b, mask, out);
    exact.run(wide(a), wide(b), wideMask, sums);
    exact.run(magnitudes(a), magnitudes(b), wideMask, magnitudes);
    assertClose(
        out,
        sums,
        magnitudes,
        inner,
        "%s: %d x %d x %d, %s %s %s",
        name,
        rows,
        inner,
        columns,
        turnA,
        turnB,
        right);
  }

  @Test
  void productsWithMasksOfAllKinds() {
    for (String name : MASKS.keySet()) {
      for (int rows : new int[] {1, 3, 10, 27}) {
        for (int[] masked : new int[][] {{5, 3}, {17, 16}, {29, 35}, {6, 140}, {150, 21}}) {
          for (boolean turnA : new boolean[] {false, true}) {
            checkMasked(name, rows, masked[0], masked[1], turnA, false, true);
            checkMasked(name, rows, masked[1], masked[0], turnA, true, true);
            checkMasked(name, masked[0], rows, masked[1], turnA, false, false);
            checkMasked(name, masked[0], rows, masked[1], turnA, true, false);
          }
        }
      }
    }
  }

  /**
   * For triangles with a diagonal from 2 to 3 and other numbers that sum to less than 1 along rows
   * and columns, an error of each equation by t changes the unknowns by t at most. That of one is n
   * roundings of terms up to 4·max|x|, and of one block as many again for its inverse, whose own
   * equations have such errors, too.
   */
  private void checkSubstitution(
      int n, int sides, Substitution.Half half, boolean transposed, Products.Lifetime lifetime) {
    Substitution systems = new Substitution(n, sides, half, transposed, lifetime);
    io.flowsvi.ppl.product.Substitution exact =
        new io.flowsvi.ppl.product.Substitution(
            n,
            sides,
            io.flowsvi.ppl.product.Substitution.Half.valueOf(half.name()),
            transposed,
            io.flowsvi.ppl.product.Products.Lifetime.STEP);
    float[] x = new float[sides * n];
    double[] wideX = new double[x.length];
    // Twice: nothing of another matrix may stay.
    for (int run = 0; run < 2; run++) {
      float[] a = numbers(n * n);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          // The other half must not be read.
          boolean inside = half == Substitution.Half.LOWER ? j < i : j > i;
          float other = inside ? a[i * n + j] / n : 1e30f;
          a[i * n + j] = i == j ? 2 + random.nextFloat() : other;
        }
      }
      float[] b = numbers(sides * n);
      systems.run(a, b, x);
      exact.run(wide(a), wide(b), wideX);
      double most = Arrays.stream(wideX).map(Math::abs).max().orElseThrow();
      double[] terms = new double[x.length];
      Arrays.fill(terms, 3 * 4 * most);
      assertClose(x, wideX, terms, n, "%d, %d sides, %s %s", n, sides, half, transposed);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 15, 16, 17, 32, 33, 53})
  void triangularSystems(int n) {
    for (int sides : new int[] {1, 2, 5, 10}) {
      for (Substitution.Half half : Substitution.Half.values()) {
        for (Products.Lifetime lifetime : Products.Lifetime.values()) {
          checkSubstitution(n, sides, half, false, lifetime);
          checkSubstitution(n, sides, half, true, lifetime);
        }
      }
    }
  }

  /** By an index with runs and one without, along the first and the last axis. */
  @Test
  void rowsByAnIndex() {
    for (int axis : new int[] {0, 1}) {
      for (boolean fixed : new boolean[] {false, true}) {
        for (int run : new int[] {1, 20}) {
          Shape shape = Shape.of(31, 31);
          float[] index = new float[70];
          for (int k = 0; k < index.length; k++) {
            index[k] = k / run * 7 % (31 / run) + k % run;
          }
          Shape rows = shape.with(axis, index.length);
          Rows kernel = new Rows(index.length, shape, axis, fixed);
          checkGather(kernel, shape, rows, index, axis);
          checkScatter(kernel, shape, rows, index, axis);
        }
      }
    }
  }

  private void checkGather(Rows kernel, Shape shape, Shape rows, float[] index, int axis) {
    float[] x = numbers(shape.size());
    float[] out = new float[rows.size()];
    kernel.gather(new float[][] {x, index}, out);
    Shape[] shapes = {shape, Shape.of(index.length)};
    double[][] in = {wide(x), wide(index)};
    assertThat(wide(out)).isEqualTo(Kernels.run(new Primitive.Gather(axis), rows, in, shapes));
  }

  private void checkScatter(Rows kernel, Shape shape, Shape rows, float[] index, int axis) {
    float[] g = numbers(rows.size());
    float[] out = numbers(shape.size());
    kernel.scatter(new float[][] {g, index}, out);
    Primitive scatter = new Primitive.ScatterAdd(axis, shape.dim(axis));
    Shape[] shapes = {rows, Shape.of(index.length)};
    List<double[]> sums =
        List.of(wide(g), magnitudes(g)).stream()
            .map(v -> Kernels.run(scatter, shape, new double[][] {v, wide(index)}, shapes))
            .toList();
    assertClose(out, sums.get(0), sums.get(1), index.length, "axis %d", axis);
  }
}
