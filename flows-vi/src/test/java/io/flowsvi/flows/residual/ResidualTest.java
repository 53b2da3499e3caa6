package io.flowsvi.flows.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.layer.Estimated;
import io.flowsvi.flows.layer.EstimatedLayer;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Arrays;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes a residual layer invertible, and what its estimates are worth. */
class ResidualTest {
  private static double[] noise(String key, int n, double scale) {
    try (Session session = Session.open(1)) {
      return session.compute(
          a -> a.normal(Seed.of(8).fold(key), Shape.of(1, n)).times(scale).toDoubles());
    }
  }

  private static void randomise(ParamStore store, double scale) {
    for (Param p : store.params()) {
      p.set(noise(p.path(), p.shape().size(), scale));
    }
  }

  private static double norm(double[] flat, int columns) {
    double[][] rows = new double[flat.length / columns][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return new SingularValueDecomposition(MatrixUtils.createRealMatrix(rows)).getNorm();
  }

  // ---- the bound

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 7, 1e-3", "40, 3, 1", "24, 24, 1e4", "64, 50, 0.1"})
  void theBoundIsAboveTheSpectralNormAndNear(int rows, int columns, double scale) {
    double[] w = noise("w" + rows, rows * columns, scale);
    double sigma = norm(w, columns);
    double n = Math.min(rows, columns);
    try (Session session = Session.open(1)) {
      double bound =
          session.compute(a -> SpectralBound.of(a.tensor(w, Shape.of(rows, columns))).item());
      assertThat(bound / sigma).isBetween(1 - 1e-12, Math.pow(n, 1.0 / 128) + 1e-12);
    }
  }

  /** All singular values equal: where a bound of this kind is worst, n^{1/128} above. */
  @Test
  void theBoundOfAnOrthogonalMatrixIsTheStatedOne() {
    try (Session session = Session.open(1)) {
      double bound =
          session.compute(a -> SpectralBound.of(a.full(3, Shape.of(64)).diagonalMatrix()).item());
      assertThat(bound).isCloseTo(3 * Math.pow(64, 1.0 / 128), within(1e-12));
    }
  }

  @Test
  void zerosHaveABoundOfZeroAndAFiniteGradient() {
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            assertThat(SpectralBound.of(a.zeros(Shape.of(3, 4))).item()).isLessThan(1e-14);
            var g =
                Tape.gradient(
                    new double[12],
                    Shape.of(3, 4),
                    w -> SpectralBound.limited(w, 0.9).times(3).sum());
            assertThat(g.gradients().get(0)).containsOnly(3);
            return null;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 3, 300})
  void theNetworkContractsWhateverItsWeights(double scale) {
    int d = 6;
    for (UnitSlope activation : UnitSlope.values()) {
      ParamStore store = new ParamStore(Seed.of(1));
      Contraction g =
          Contraction.of(
              store.scope("g"), d, ContractionSettings.of(20, 20).withActivation(activation));
      assertThat(g.lipschitz()).isCloseTo(0.9 * 0.9 * 0.9, within(1e-15));
      randomise(store, scale);
      try (Session session = Session.open(1)) {
        session.compute(
            a -> {
              BoundContraction bound = g.bind(java.util.Optional.empty());
              Tensor x = a.normal(Seed.of(3), Shape.of(50, d)).times(2);
              double[] jacobians = bound.jacobian(bound.at(x).slopes()).toDoubles();
              for (int r = 0; r < 50; r++) {
                double[] one = Arrays.copyOfRange(jacobians, r * d * d, (r + 1) * d * d);
                assertThat(norm(one, d)).isLessThanOrEqualTo(g.lipschitz());
              }
              return null;
            });
      }
    }
  }

  @Test
  void activationsHaveSlopesWithinOne() {
    int n = 4001;
    double[] grid = new double[n];
    Arrays.setAll(grid, i -> -20 + i * 0.01);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            for (UnitSlope activation : UnitSlope.values()) {
              for (double b : new double[] {0.1, 1, 8}) {
                double[] slopes =
                    activation.slope(a.tensor(grid, Shape.of(n)), Tensor.number(b)).toDoubles();
                assertThat(Arrays.stream(slopes).map(Math::abs).max().orElseThrow())
                    .isLessThanOrEqualTo(1);
                // And each is the derivative.
                double[] derivative =
                    Tape.gradient(
                            grid, Shape.of(n), x -> activation.value(x, Tensor.number(b)).sum())
                        .gradients()
                        .get(0);
                assertThat(slopes).containsExactly(derivative, within(1e-12));
              }
            }
            return null;
          });
    }
  }

  // ---- the series

  /** g(x) = −Lx on one dimension, by ELUs on their straight side: the worst case of all bounds. */
  private static Residual shrinking(ParamStore store) {
    Residual layer =
        Residual.of(
            1, ContractionSettings.of(1).withActivation(UnitSlope.ELU), store.scope("layer"));
    for (Param p : store.params()) {
      p.set(p.path().endsWith("w0") ? 5 : p.path().endsWith("w1") ? -5 : 100);
    }
    return layer;
  }

  @Test
  void aSeriesIsOffByItsBoundWhereThatIsReached() {
    ParamStore store = new ParamStore(Seed.of(1));
    Residual layer = shrinking(store);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.tensor(new double[] {0.3, -0.7}, Shape.of(2, 1));
            double exact = layer.bind(Values.empty()).forward(x).logDet().toDoubles()[0];
            assertThat(exact).isCloseTo(Math.log1p(-0.81), within(1e-12));
            for (int n = 1; n < 8; n++) {
              Estimated cut = layer.truncated(n).forward(Values.empty(), x, Seed.of(n));
              double off = cut.logDet().toDoubles()[1] - exact;
              assertThat(off).isCloseTo(layer.bias(n), within(1e-12));
            }
            return null;
          });
    }
  }

  @Test
  void fixedPointErrsByNoMoreThanItsToleranceWhereConvergenceIsSlowest() {
    ParamStore store = new ParamStore(Seed.of(1));
    Residual layer = shrinking(store);
    int n = ResidualMap.iterations(0.81, 1e-4);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            BoundContraction g = layer.network(Values.empty());
            Tensor x = a.tensor(new double[] {0.3, -20}, Shape.of(2, 1));
            Tensor y = x.plus(g.value(x));
            double[] first = g.value(y).toDoubles();
            double[] found = new ResidualMap(g, n).fixedPoint(g, y).toDoubles();
            double[] before = new ResidualMap(g, n - 1).fixedPoint(g, y).toDoubles();
            double[] root = x.toDoubles();
            for (int i = 0; i < 2; i++) {
              double tolerance = 1e-4 * Math.abs(first[i]);
              assertThat(Math.abs(found[i] - root[i])).isLessThanOrEqualTo(tolerance * (1 + 1e-6));
              // One step fewer would not do: the count is not wasteful.
              assertThat(Math.abs(before[i] - root[i])).isGreaterThan(tolerance);
            }
            return null;
          });
    }
  }

  /** A layer near its limit, so that late terms of the series matter. */
  private static Residual trained(ParamStore store, int d) {
    Residual layer = Residual.of(d, ContractionSettings.of(d, d), store.scope("layer"));
    for (Param p : store.params()) {
      double[] values = noise(p.path(), p.shape().size(), 0.2);
      for (int i = 0; i < d && p.shape().rank() == 2; i++) {
        values[i * (d + 1)] += p.path().endsWith("w2") ? -2 : 2;
      }
      p.set(values);
    }
    return layer;
  }

  /** Means over keys against the exact value and gradient; false alarm of a check at 5 SE: 1e-6. */
  private static void checkMeans(EstimatedLayer estimate, Residual layer, ParamStore store) {
    int d = layer.dim();
    int seeds = 300;
    int rows = 12;
    double[] x = noise("x", rows * d, 1);
    double[] exact = new double[store.size()];
    double[] gradient = new double[store.size()];
    double[] sum = new double[store.size() + 1];
    double[] squares = new double[store.size() + 1];
    try (Session session = Session.open(1)) {
      double value =
          session.compute(
              a ->
                  Tape.gradient(
                      store,
                      exact,
                      () -> {
                        Mapped m =
                            layer.bind(Values.empty()).forward(a.tensor(x, Shape.of(rows, d)));
                        return m.logDet().sum();
                      }));
      for (int s = 0; s < seeds; s++) {
        Seed seed = Seed.of(s);
        double one =
            session.compute(
                a ->
                    Tape.gradient(
                        store,
                        gradient,
                        () ->
                            estimate
                                .forward(Values.empty(), a.tensor(x, Shape.of(rows, d)), seed)
                                .logDet()
                                .sum()));
        for (int i = 0; i <= gradient.length; i++) {
          double got = i == gradient.length ? one - value : gradient[i] - exact[i];
          sum[i] += got;
          squares[i] += got * got;
        }
      }
      int last = gradient.length;
      for (int i = 0; i <= last; i++) {
        double mean = sum[i] / seeds;
        double error = Math.sqrt((squares[i] / seeds - mean * mean) / seeds);
        assertThat(Math.abs(mean)).as("number %d", i).isLessThanOrEqualTo(5 * error + 1e-12);
      }
      // Sharp enough to see the loss of a late term.
      double error = Math.sqrt(squares[last] / seeds / seeds);
      assertThat(5 * error).isLessThan(0.05 * Math.abs(value));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void rouletteIsUnbiasedInValueAndGradient(int exactTerms) {
    ParamStore store = new ParamStore(Seed.of(1));
    Residual layer = trained(store, 4);
    checkMeans(layer.roulette(exactTerms), layer, store);
  }

  /** The check above sees what a series leaves out, and the stated bias covers it. */
  @Test
  void aShortSeriesIsSeenToBeBiased() {
    ParamStore store = new ParamStore(Seed.of(1));
    Residual layer = trained(store, 4);
    assertThatThrownBy(() -> checkMeans(layer.truncated(1), layer, store))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void aLongSeriesIsUnbiasedToo() {
    ParamStore store = new ParamStore(Seed.of(1));
    Residual layer = trained(store, 4);
    checkMeans(layer.truncated(40), layer, store);
  }

  @Test
  void estimatesAreOfTheirKeyAndTheExactLayersValue() {
    ParamStore store = new ParamStore(Seed.of(1));
    Residual layer = trained(store, 4);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor x = a.normal(Seed.of(2), Shape.of(7, 4));
            EstimatedLayer roulette = layer.roulette(2);
            Estimated one = roulette.forward(Values.empty(), x, Seed.of(5));
            Estimated same = roulette.forward(Values.empty(), x, Seed.of(5));
            Estimated other = roulette.forward(Values.empty(), x, Seed.of(6));
            assertThat(one.logDet().toDoubles()).containsExactly(same.logDet().toDoubles());
            assertThat(one.logDet().toDoubles()).isNotEqualTo(other.logDet().toDoubles());
            double[] exact = roulette.exact().bind(Values.empty()).forward(x).value().toDoubles();
            assertThat(one.value().toDoubles()).containsExactly(exact);
            return null;
          });
    }
  }

  // ---- messages

  @Test
  void settingsThatCannotContractAreRefused() {
    assertThatThrownBy(() -> ContractionSettings.of(8).withLimit(1))
        .isInstanceOf(LayerException.class)
        .hasMessageContaining("must be in (0, 1), got 1.0");
    assertThatThrownBy(ContractionSettings::of)
        .hasMessageContaining("at least one hidden layer of at least 1 unit, got []");
    assertThatThrownBy(() -> ContractionSettings.of(8).withContext(-1))
        .hasMessageContaining("context cannot have size -1");
    Residual layer =
        Residual.of(2, ContractionSettings.of(4), new ParamStore(Seed.of(1)).scope("l"));
    assertThatThrownBy(() -> layer.withFixedPointInverse(0))
        .hasMessageContaining("tolerance in (0, 1), got 0.0");
    assertThatThrownBy(() -> layer.roulette(0)).hasMessageContaining("at least 1 term, got 0");
  }
}
