package io.flowsvi.ppl.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.assertions.RandomShapes;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.io.File;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every support must obey: its log-determinant is that of its own Jacobian under the measure
 * it states, it goes there and back, and it stays finite far out. A public support without a row
 * fails {@link #everySupportHasARow}.
 */
class SupportContractTest {
  /** Autodiff is exact: what remains is rounding in the map and in the LU decomposition. */
  private static final double ROUNDING = 1e-9;

  /**
   * One support.
   *
   * @param name what it shows
   * @param support it
   * @param event the shape of one event
   * @param reals the shape of the reals behind it
   * @param scale of the reals tried
   * @param far the largest real it must bear, for values and gradients
   * @param inside events it contains
   * @param outside events it must refuse
   */
  record Row(
      String name,
      Supplier<Support.Continuous> support,
      Shape event,
      Shape reals,
      double scale,
      double far,
      double[][] inside,
      double[][] outside) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Shape one = Shape.scalar();
    rows.add(scalar("Real", () -> Real.INSTANCE, n(-3, 0, 1e300), n(INF, -INF, NAN)));
    rows.add(scalar("Positive", () -> Positive.INSTANCE, n(1e-300, 4), n(0, -1, INF, NAN)));
    rows.add(
        scalar("PositiveBySoftplus", () -> PositiveBySoftplus.INSTANCE, n(1e-9, 4), n(0, -1, NAN)));
    rows.add(scalar("LowerBounded", () -> LowerBounded.of(-2), n(-1.9, 7), n(-2, -3, INF, NAN)));
    rows.add(scalar("UpperBounded", () -> UpperBounded.of(3), n(2.9, -7), n(3, 4, -INF, NAN)));
    rows.add(scalar("Interval", () -> Interval.of(-2, 3), n(-1.9, 2.9), n(-2.1, 3.1, NAN)));
    rows.add(
        scalar(
            "Interval between tensors",
            () ->
                Interval.of(
                    Arena.current().full(-2, Shape.scalar()),
                    Arena.current().full(3, Shape.scalar())),
            n(-1.9),
            n(INF, NAN)));
    rows.add(
        new Row(
            "Simplex",
            () -> Simplex.INSTANCE,
            Shape.of(4),
            Shape.of(3),
            1.5,
            300,
            new double[][] {{0.1, 0.2, 0.3, 0.4}},
            new double[][] {{0.1, 0.2, 0.3, 0.5}, {-0.1, 0.4, 0.3, 0.4}, {NAN, 0, 0, 1}}));
    rows.add(
        new Row(
            "Ordered",
            () -> Ordered.INSTANCE,
            Shape.of(3),
            Shape.of(3),
            1.5,
            300,
            new double[][] {{-4, 0, 0.1}},
            new double[][] {{0, 0, 1}, {2, 1, 3}, {0, 1, INF}, {0, 1, NAN}}));
    rows.add(
        new Row(
            "PositiveOrdered",
            () -> PositiveOrdered.INSTANCE,
            Shape.of(3),
            Shape.of(3),
            1.5,
            300,
            new double[][] {{0.1, 0.2, 4}},
            new double[][] {{-1, 0.5, 1}, {0, 1, 2}, {2, 1, 3}, {1, 2, NAN}}));
    rows.add(
        new Row(
            "CorrelationCholesky",
            () -> CorrelationCholesky.INSTANCE,
            Shape.of(3, 3),
            Shape.of(3),
            0.8,
            300,
            new double[][] {{1, 0, 0, 0.6, 0.8, 0, 0, 0, 1}},
            new double[][] {
              {1, 0, 0, 0.6, 0.9, 0, 0, 0, 1},
              {1, 0, 0, 0.6, -0.8, 0, 0, 0, 1},
              {0.8, 0.6, 0, 0.6, 0.8, 0, 0, 0, 1},
              {1, 0, 0, NAN, 0.8, 0, 0, 0, 1}
            }));
    rows.add(
        new Row(
            "PositiveDefinite",
            () -> PositiveDefinite.INSTANCE,
            Shape.of(3, 3),
            Shape.of(6),
            0.8,
            300,
            new double[][] {{2, 1, 0, 1, 3, 0, 0, 0, 1}},
            new double[][] {
              {1, 2, 0, 2, 1, 0, 0, 0, 1},
              {2, 1, 0, 0.5, 3, 0, 0, 0, 1},
              {0, 0, 0, 0, 1, 0, 0, 0, 1},
              {2, NAN, 0, NAN, 3, 0, 0, 0, 1}
            }));
    rows.add(
        new Row(
            "CovarianceCholesky",
            () -> CovarianceCholesky.INSTANCE,
            Shape.of(3, 3),
            Shape.of(6),
            0.8,
            300,
            new double[][] {{2, 0, 0, -1, 3, 0, 4, 5, 1e-9}},
            new double[][] {
              {2, 0, 0, -1, 0, 0, 4, 5, 1},
              {2, 0.1, 0, -1, 3, 0, 4, 5, 1},
              {2, 0, 0, INF, 3, 0, 4, 5, 1},
              {2, 0, 0, -1, 3, 0, 4, NAN, 1},
              {INF, 0, 0, -1, 3, 0, 4, 5, 1}
            }));
    rows.add(
        new Row(
            "ZeroSum",
            () -> ZeroSum.INSTANCE,
            Shape.of(4),
            Shape.of(3),
            1.5,
            1e300,
            new double[][] {{1, 2, -4, 1}, {0, 0, 0, 0}},
            new double[][] {{1, 2, -4, 1.1}, {NAN, 0, 0, 0}, {INF, -INF, 0, 0}}));
    rows.add(
        new Row(
            "UnitVector",
            () -> UnitVector.INSTANCE,
            Shape.of(3),
            Shape.of(3),
            1.5,
            100,
            new double[][] {{0.6, 0, -0.8}, {0, 1, 0}},
            new double[][] {{0.6, 0, 0.9}, {NAN, 0, 0}, {0, 0, 0}}));
    rows.add(
        new Row(
            "Circle",
            () -> Circle.INSTANCE,
            one,
            Shape.of(2),
            1.5,
            300,
            new double[][] {{-3.1}, {0}, {Math.PI}},
            new double[][] {{3.2}, {-4}, {NAN}}));
    return rows;
  }

  private static double[] n(double... values) {
    return values;
  }

  private static Row scalar(
      String name, Supplier<Support.Continuous> support, double[] inside, double[] outside) {
    Shape s = Shape.scalar();
    return new Row(name, support, s, s, 1.5, 300, each(inside), each(outside));
  }

  private static double[][] each(double[] values) {
    return Arrays.stream(values).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
  }

  /** Circle and sphere have one real more than dimensions: their determinants have own tests. */
  static Stream<Row> square() {
    return rows().stream()
        .filter(r -> !r.name().equals("Circle") && !r.name().equals("UnitVector"));
  }

  private static <T> T compute(Function<Arena, T> body) {
    try (Session session = Session.open(1)) {
      return session.compute(body);
    }
  }

  private static double[] reals(Row row, int count) {
    double[] u = new double[count * row.reals().size()];
    for (int i = 0; i < u.length; i++) {
      u[i] = row.scale() * Math.sin(1.3 * i + 0.7);
    }
    return u;
  }

  private static Tensor batch(Row row, int count) {
    return Arena.current().tensor(reals(row, count), Shape.of(count).append(row.reals()));
  }

  /** Per event, whatever the rank the support works at. */
  private static double[] logDet(Row row, Mapped mapped, int count) {
    Tensor logDet = mapped.logDet().expand(Shape.of(count));
    return logDet.toDoubles();
  }

  @Test
  void everySupportHasARow() throws URISyntaxException, ClassNotFoundException {
    File folder = new File(Support.class.getResource("Support.class").toURI()).getParentFile();
    Set<String> missing = new TreeSet<>();
    for (String file : folder.list()) {
      if (file.endsWith(".class") && !file.equals("package-info.class")) {
        String name = file.substring(0, file.length() - ".class".length());
        Class<?> type = Class.forName(Support.class.getPackageName() + "." + name);
        if (Support.Continuous.class.isAssignableFrom(type)
            && Modifier.isPublic(type.getModifiers())
            && !type.isInterface()) {
          missing.add(name);
        }
      }
    }
    assertThat(missing).contains("Real", "Simplex");
    compute(
        a -> {
          rows().forEach(r -> missing.remove(r.support().get().getClass().getSimpleName()));
          return null;
        });
    assertThat(missing).as("supports without a row").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void shapesAreInverse(Row row) {
    compute(
        a -> {
          Support.Continuous s = row.support().get();
          Shape batch = Shape.of(2, 5);
          assertThat(s.realShape(row.event())).isEqualTo(row.reals());
          assertThat(s.eventShape(row.reals())).isEqualTo(row.event());
          assertThat(s.realShape(batch.append(row.event()))).isEqualTo(batch.append(row.reals()));
          assertThat(s.eventShape(batch.append(row.reals()))).isEqualTo(batch.append(row.event()));
          assertThat(s.eventRank()).isEqualTo(row.event().rank());
          Tensor x = batch(row, 10).reshape(batch.append(row.reals()));
          Mapped mapped = s.toEvent(x);
          assertThat(mapped.value().shape()).isEqualTo(batch.append(row.event()));
          assertThat(mapped.logDet().isNumber() || mapped.logDet().shape().equals(batch)).isTrue();
          assertThat(s.toReal(mapped.value()).shape()).isEqualTo(batch.append(row.reals()));
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("square")
  void logDetMatchesJacobian(Row row) {
    compute(
        a -> {
          Support.Continuous s = row.support().get();
          int count = 4;
          int size = row.reals().size();
          double[] logDet = logDet(row, s.toEvent(batch(row, count)), count);
          int[] cells = coordinates(s.measure(), row.event());
          assertThat(cells).hasSize(size);
          double[] u = reals(row, count);
          for (int i = 0; i < count; i++) {
            double[] at = Arrays.copyOfRange(u, i * size, (i + 1) * size);
            double[][] jacobian = new double[size][];
            for (int k = 0; k < size; k++) {
              int cell = cells[k];
              Shape flat = Shape.of(row.event().size());
              jacobian[k] =
                  Tape.gradient(
                          at,
                          row.reals(),
                          t -> row.support().get().toEvent(t).value().reshape(flat).at(0, cell))
                      .gradients()
                      .get(0);
            }
            double det = new LUDecomposition(new Array2DRowRealMatrix(jacobian)).getDeterminant();
            assertThat(logDet[i]).isCloseTo(Math.log(Math.abs(det)), within(ROUNDING));
          }
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void compiledAgrees(Row row) {
    ParamStore store = new ParamStore(Seed.of(1));
    Shape batch = RandomShapes.of(Seed.of(3).fold(row.name()), 60);
    Shape shape = batch.append(row.reals());
    Param x = store.scope("x").param("reals", shape, Init.zeros());
    x.set(reals(row, batch.size()));
    CompiledAgreement.holds(
        store, seed -> CompiledAgreement.both(row.support().get().toEvent(x.value())));
    CompiledAgreement.holds(
        store,
        seed -> {
          Support.Continuous s = row.support().get();
          return s.toReal(s.toEvent(x.value()).value());
        });
  }

  /** The elements of an event that the measure counts, in row-major order. */
  private static int[] coordinates(Measure measure, Shape event) {
    List<Integer> cells = new ArrayList<>();
    int d = event.rank() == 0 ? 1 : event.dim(-1);
    for (int i = 0; i < event.size(); i++) {
      boolean counts =
          switch (measure) {
            case LEBESGUE -> true;
            case FIRST_COORDINATES -> i < event.size() - 1;
            case STRICT_LOWER_TRIANGLE -> i % d < i / d;
            case LOWER_TRIANGLE -> i % d <= i / d;
            case SPHERE -> throw new AssertionError("no Jacobian for the sphere");
          };
      if (counts) {
        cells.add(i);
      }
    }
    return cells.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A uniform angle: the density 1/2π pushed back to the plane integrates to 1 there. */
  @Test
  void circleIntegratesToOne() {
    compute(
        a -> {
          Quadrature.Grid grid = Quadrature.Grid.of(-8, 8, 16, 10);
          int n = grid.points().length;
          double[] u = new double[2 * n * n];
          for (int i = 0; i < n * n; i++) {
            u[2 * i] = grid.points()[i / n];
            u[2 * i + 1] = grid.points()[i % n];
          }
          double[] logDet =
              Circle.INSTANCE.toEvent(a.tensor(u, Shape.of(n * n, 2))).logDet().toDoubles();
          double sum = 0;
          for (int i = 0; i < n * n; i++) {
            sum +=
                Math.exp(logDet[i]) / (2 * Math.PI) * grid.weights()[i / n] * grid.weights()[i % n];
          }
          assertThat(sum).isCloseTo(1, within(1e-10));
          return null;
        });
  }

  /**
   * A uniform direction, of density 1/S_N, has standard normal reals; that they give it shows in
   * the draws of any N.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 7})
  void uniformDirectionHasStandardNormalReals(int n) {
    compute(
        a -> {
          double surface =
              2
                  * Math.pow(Math.PI, 0.5 * n)
                  / org.apache.commons.math3.special.Gamma.gamma(0.5 * n);
          double[] u = new double[n];
          double squares = 0;
          for (int i = 0; i < n; i++) {
            u[i] = 1.5 * Math.sin(1.3 * i + 0.7);
            squares += u[i] * u[i];
          }
          double normal = -0.5 * squares - 0.5 * n * Math.log(2 * Math.PI);
          Mapped mapped = UnitVector.INSTANCE.toEvent(a.tensor(u, Shape.of(n)));
          double density = mapped.logDet().item() - Math.log(surface);
          assertThat(density).isCloseTo(normal, within(1e-12));
          for (int i = 0; i < n; i++) {
            assertThat(mapped.value().at(0, i).item())
                .isCloseTo(u[i] / Math.sqrt(squares), within(1e-14));
          }
          return null;
        });
  }

  /** Guides begin at zeros, where no direction is marked. */
  @Test
  void zeroRealsHaveADirection() {
    compute(
        a -> {
          Mapped mapped = UnitVector.INSTANCE.toEvent(a.zeros(Shape.of(2, 3)));
          assertThat(mapped.value().toDoubles()).containsExactly(1, 0, 0, 1, 0, 0);
          double[] slopes =
              Tape.gradient(
                      new double[3],
                      Shape.of(3),
                      t -> UnitVector.INSTANCE.toEvent(t).value().at(0, 1))
                  .gradients()
                  .get(0);
          assertThat(slopes).doesNotContain(NAN);
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eventToRealsAndBack(Row row) {
    compute(
        a -> {
          Support.Continuous s = row.support().get();
          Tensor event = s.toEvent(batch(row, 6)).value();
          double[] again = s.toEvent(s.toReal(event)).value().toDoubles();
          assertThat(again).containsExactly(event.toDoubles(), within(1e-12));
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("square")
  void realsToEventAndBack(Row row) {
    compute(
        a -> {
          Support.Continuous s = row.support().get();
          Tensor u = batch(row, 6);
          assertThat(s.toReal(s.toEvent(u).value()).toDoubles())
              .containsExactly(u.toDoubles(), within(1e-10));
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void containsItsImagesAndNothingElse(Row row) {
    compute(
        a -> {
          Support.Continuous s = row.support().get();
          double[] events = s.toEvent(batch(row, 6)).value().toDoubles();
          int size = row.event().size();
          for (int i = 0; i < 6; i++) {
            double[] event = Arrays.copyOfRange(events, i * size, (i + 1) * size);
            assertThat(s.contains(event, row.event())).as(Arrays.toString(event)).isTrue();
          }
          for (double[] event : row.inside()) {
            assertThat(s.contains(event, row.event())).as(Arrays.toString(event)).isTrue();
          }
          for (double[] event : row.outside()) {
            assertThat(s.contains(event, row.event())).as(Arrays.toString(event)).isFalse();
          }
          assertThat(s.name()).isNotBlank();
          return null;
        });
  }

  /** One real far out, either way, and all of them: values, log-determinants and gradients. */
  @ParameterizedTest
  @MethodSource("rows")
  void staysFiniteFarOut(Row row) {
    compute(
        a -> {
          int size = row.reals().size();
          for (double far : new double[] {row.far() / 10, row.far() / 3, row.far()}) {
            for (int i = 0; i < 2 * (size + 1); i++) {
              double[] u = new double[size];
              double signed = i % 2 == 0 ? far : -far;
              for (int k = 0; k < size; k++) {
                u[k] = i / 2 == size || i / 2 == k ? signed : 0.3;
              }
              String where = Arrays.toString(u);
              Mapped m = row.support().get().toEvent(a.tensor(u, row.reals()));
              for (double v : m.value().toDoubles()) {
                assertThat(v).as("value at %s", where).isFinite();
              }
              assertThat(m.logDet().sum().item()).as("log-determinant at %s", where).isFinite();
              double[] gradient =
                  Tape.gradient(
                          u,
                          row.reals(),
                          t -> {
                            Mapped y = row.support().get().toEvent(t);
                            return y.value().sum().plus(y.logDet().sum());
                          })
                      .gradients()
                      .get(0);
              for (double g : gradient) {
                assertThat(g).as("gradient at %s", where).isFinite();
              }
            }
          }
          return null;
        });
  }

  @Test
  void discreteSupportsContainTheirNumbersOnly() {
    Shape one = Shape.scalar();
    assertThat(Count.INSTANCE.contains(n(7), one)).isTrue();
    assertThat(Count.INSTANCE.contains(n(7.5), one)).isFalse();
    assertThat(Count.INSTANCE.contains(n(-1), one)).isFalse();
    assertThat(Count.INSTANCE.contains(n(NAN), one)).isFalse();
    assertThat(Count.upTo(3).contains(n(3), one)).isTrue();
    assertThat(Count.upTo(3).contains(n(4), one)).isFalse();
    assertThat(Count.upTo(3).name()).isEqualTo("a whole number from 0 to 3");
    assertThat(Category.of(3).contains(n(2), one)).isTrue();
    assertThat(Category.of(3).contains(n(3), one)).isFalse();
    assertThat(Category.of(3).name()).isEqualTo("a category from 0 to 2");
    Shape three = Shape.of(3);
    assertThat(Counts.withTotal(4).contains(n(1, 0, 3), three)).isTrue();
    assertThat(Counts.withTotal(4).contains(n(1, 0, 2), three)).isFalse();
    assertThat(Counts.withTotal(4).contains(n(1.5, 0, 2.5), three)).isFalse();
    assertThat(Counts.withTotal(4).contains(n(1, NAN, 3), three)).isFalse();
    assertThat(Counts.any().contains(n(1, 0, 2), three)).isTrue();
    assertThat(Counts.any().contains(n(1, -1, 2), three)).isFalse();
    assertThat(Counts.withTotal(4).name()).isEqualTo("whole numbers from 0 that sum to 4");
    assertThat(Binary.INSTANCE.contains(n(1), one)).isTrue();
    assertThat(Binary.INSTANCE.contains(n(2), one)).isFalse();
  }

  @Test
  void boundsMayDependOnTheBatch() {
    compute(
        a -> {
          Tensor low = a.tensor(n(-1, 0), Shape.of(2));
          Tensor high = a.tensor(n(1, 5), Shape.of(2));
          Tensor u = a.tensor(n(0, 0), Shape.of(2));
          assertThat(Interval.of(low, high).toEvent(u).value().toDoubles())
              .containsExactly(n(0, 2.5), within(1e-15));
          assertThat(LowerBounded.of(low).toEvent(u).value().toDoubles()).containsExactly(0, 1);
          assertThat(UpperBounded.of(high).toEvent(u).value().toDoubles()).containsExactly(0, 4);
          return null;
        });
  }
}
