package io.flowsvi.ppl.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.assertions.RandomShapes;
import io.flowsvi.ppl.dist.DistributionRow.Parameter;
import io.flowsvi.ppl.dist.DistributionRow.Path;
import io.flowsvi.ppl.dist.DistributionRow.Statistic;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.io.File;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.analysis.interpolation.SplineInterpolator;
import org.apache.commons.math3.analysis.polynomials.PolynomialSplineFunction;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every distribution must obey. A public final class of the package that is a distribution and
 * has no row in {@link DistributionRows} fails {@link #everyDistributionHasARow}.
 *
 * <p>Seeds are fixed, so a run is reproducible; were they not, each test of draws would raise a
 * false alarm with probability {@link #FALSE_ALARM}, each comparison of means within {@link
 * #STANDARD_ERRORS} standard errors with 6e-7.
 */
class DistributionContractTest {
  private static final double FALSE_ALARM = 1e-4;
  private static final double STANDARD_ERRORS = 5;
  private static final int DRAWS = 4000;

  /** Five-point differences at step 1e-3: error about h⁴ and 1e-16/h. */
  private static final double DIFFERENCES = 1e-7;

  private static final double STEP = 1e-3;

  /** Two engines add in different order. */
  private static final double ENGINES = 1e-9;

  static List<DistributionRow> rows() {
    return DistributionRows.all();
  }

  static Stream<DistributionRow> continuous() {
    return rows().stream().filter(r -> !r.discrete());
  }

  static Stream<DistributionRow> pathwise() {
    return continuous().filter(r -> r.path != Path.NONE);
  }

  static Stream<DistributionRow> oneNoise() {
    return continuous().filter(r -> r.path == Path.ONE_NOISE && r.statistics.isEmpty());
  }

  static Stream<DistributionRow> withMoments() {
    try (Session session = Session.open(1)) {
      return session
          .compute(
              a ->
                  rows().stream()
                      .filter(r -> r.distribution() instanceof HasMean)
                      .collect(Collectors.toList()))
          .stream();
    }
  }

  private static <T> T compute(Function<Arena, T> body) {
    try (Session session = Session.open(11)) {
      return session.compute(body);
    }
  }

  /** Not densities with respect to length: their contract is PointMassTest. */
  private static final Set<String> POINTS_OR_IMPROPER =
      Set.of("Censored", "Delta", "ImproperUniform");

  @Test
  void everyDistributionHasARow() throws URISyntaxException, ClassNotFoundException {
    File folder = new File(Distribution.class.getResource("Distribution.class").toURI());
    Set<String> missing = new TreeSet<>();
    for (String file : folder.getParentFile().list()) {
      if (!file.endsWith(".class") || file.equals("package-info.class")) {
        continue;
      }
      String name = file.substring(0, file.length() - ".class".length());
      Class<?> type = Class.forName(Distribution.class.getPackageName() + "." + name);
      int modifiers = type.getModifiers();
      if (Distribution.class.isAssignableFrom(type)
          && Modifier.isPublic(modifiers)
          && Modifier.isFinal(modifiers)) {
        missing.add(name);
      }
    }
    assertThat(missing).contains("Normal", "Event");
    rows().forEach(r -> missing.remove(r.type.getSimpleName()));
    missing.removeAll(POINTS_OR_IMPROPER);
    assertThat(missing).as("distributions without a row in DistributionRows").isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void densityIsNormalised(DistributionRow row) {
    compute(
        a -> {
          for (boolean first : new boolean[] {true, false}) {
            Distribution d = row.make.apply(row.tensors(first));
            double total =
                row.discrete()
                    ? d.logProb(outcomes(row, d)).exp().sum().item()
                    : Quadrature.expectation(d, x -> Tensor.number(1));
            boolean scalar = row.discrete() || d.eventShape().rank() == 0;
            assertThat(total).isCloseTo(1, within(scalar ? 1e-8 : 1e-5));
          }
          return null;
        });
  }

  private static Tensor outcomes(DistributionRow row, Distribution d) {
    double[] flat = Arrays.stream(row.outcomes).flatMapToDouble(Arrays::stream).toArray();
    return Arena.current().tensor(flat, Shape.of(row.outcomes.length).append(d.eventShape()));
  }

  private static double[][] draws(DistributionRow row, int count) {
    return compute(
        a -> {
          Distribution d = row.distribution();
          Tensor x = d.sample(Seed.of(5).fold(row.name), Shape.of(count));
          assertThat(x.shape()).isEqualTo(Shape.of(count).append(d.eventShape()));
          return cut(x.toDoubles(), d.eventShape().size());
        });
  }

  private static double[][] cut(double[] flat, int size) {
    double[][] rows = new double[flat.length / size][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * size, (i + 1) * size);
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void drawsFollowTheDensity(DistributionRow row) {
    double[][] draws = draws(row, DRAWS);
    if (row.discrete()) {
      assertThat(chiSquare(row, draws)).isGreaterThan(FALSE_ALARM);
      return;
    }
    if (row.statistics.isEmpty()) {
      double[] x = Arrays.stream(draws).mapToDouble(v -> v[0]).toArray();
      assertThat(kolmogorovSmirnov(x, distributionFunction(row, x))).isGreaterThan(FALSE_ALARM);
    }
    for (Statistic s : row.statistics) {
      double[] x = Arrays.stream(draws).mapToDouble(s.of()).toArray();
      assertThat(kolmogorovSmirnov(x, s.cdf())).as(s.name()).isGreaterThan(FALSE_ALARM);
    }
  }

  private static double kolmogorovSmirnov(double[] x, DoubleUnaryOperator cdf) {
    return KolmogorovSmirnovTest.withDefaults().test(x, cdf).getPValue();
  }

  /** The integral of the density, between its values at panel ends by a cubic spline. */
  private static DoubleUnaryOperator distributionFunction(DistributionRow row, double[] x) {
    return compute(
        a -> {
          Distribution d = row.distribution();
          int panels = 4000;
          int order = 4;
          double limit = Quadrature.limit(d);
          Quadrature.Grid grid = Quadrature.Grid.of(-limit, limit, panels, order);
          double[] density = Quadrature.densityOfT(d, grid.points()).toDoubles();
          double[] ends = new double[panels + 1];
          double[] below = new double[panels + 1];
          for (int i = 0; i <= panels; i++) {
            ends[i] = -limit + 2 * limit * i / panels;
            below[i] = i == 0 ? 0 : below[i - 1];
            for (int j = (i - 1) * order; i > 0 && j < i * order; j++) {
              below[i] += density[j] * grid.weights()[j];
            }
          }
          PolynomialSplineFunction spline = new SplineInterpolator().interpolate(ends, below);
          java.util.Map<Double, Double> at = new java.util.HashMap<>();
          for (double v : x) {
            double t = Quadrature.t(d, v);
            at.put(v, spline.value(Math.max(-limit, Math.min(limit, t))));
          }
          return at::get;
        });
  }

  private static double chiSquare(DistributionRow row, double[][] draws) {
    double[] p =
        compute(
            a -> {
              Distribution d = row.distribution();
              return d.logProb(outcomes(row, d)).exp().toDoubles();
            });
    List<Double> expected = new ArrayList<>();
    List<Long> observed = new ArrayList<>();
    double restExpected = draws.length;
    long restObserved = draws.length;
    for (int k = 0; k < p.length; k++) {
      double[] outcome = row.outcomes[k];
      long count = Arrays.stream(draws).filter(v -> Arrays.equals(v, outcome)).count();
      if (p[k] * draws.length >= 5) {
        expected.add(p[k] * draws.length);
        observed.add(count);
        restExpected -= p[k] * draws.length;
        restObserved -= count;
      }
    }
    if (restExpected >= 5) {
      expected.add(restExpected);
      observed.add(restObserved);
    } else {
      assertThat(restObserved).as("draws of outcomes with next to no probability").isLessThan(25);
    }
    return ChiSquareTest.withDefaults()
        .test(
            expected.stream().mapToDouble(Double::doubleValue).toArray(),
            observed.stream().mapToLong(Long::longValue).toArray())
        .getPValue();
  }

  @ParameterizedTest
  @MethodSource("withMoments")
  void momentsMatchDraws(DistributionRow row) {
    double[][] draws = draws(row, DRAWS);
    List<double[]> declared =
        compute(
            a -> {
              HasMean d = (HasMean) row.distribution();
              double[] mean = d.mean().expand(d.eventShape()).toDoubles();
              return d instanceof HasVariance v
                  ? List.of(mean, v.variance().expand(d.eventShape()).toDoubles())
                  : List.of(mean);
            });
    for (int j = 0; j < draws[0].length; j++) {
      int at = j;
      double[] x = Arrays.stream(draws).mapToDouble(v -> v[at]).toArray();
      double mean = Arrays.stream(x).average().orElseThrow();
      double second = Arrays.stream(x).map(v -> Math.pow(v - mean, 2)).average().orElseThrow();
      double fourth = Arrays.stream(x).map(v -> Math.pow(v - mean, 4)).average().orElseThrow();
      double error = Math.sqrt(second / x.length);
      assertThat(declared.get(0)[j]).isCloseTo(mean, within(STANDARD_ERRORS * error));
      if (declared.size() > 1) {
        double errorOfVariance = Math.sqrt((fourth - second * second) / x.length);
        // Of 0 and 1 near one half the variance has hardly any error to first order.
        double margin = STANDARD_ERRORS * errorOfVariance + 25 * second / x.length;
        assertThat(declared.get(1)[j]).isCloseTo(second, within(margin));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("withMoments")
  void momentsMatchTheDensity(DistributionRow row) {
    compute(
        a -> {
          for (boolean first : new boolean[] {true, false}) {
            HasMean d = (HasMean) row.make.apply(row.tensors(first));
            int size = d.eventShape().size();
            double[] mean = d.mean().expand(d.eventShape()).toDoubles();
            for (int j = 0; j < size; j++) {
              double m = moment(row, d, j, 0, 1);
              assertThat(mean[j]).as("mean").isCloseTo(m, within(1e-5 * (1 + Math.abs(m))));
              if (d instanceof HasVariance v) {
                double second = moment(row, d, j, m, 2);
                assertThat(v.variance().expand(d.eventShape()).toDoubles()[j])
                    .as("variance")
                    .isCloseTo(second, within(1e-5 * (1 + second)));
              }
            }
          }
          return null;
        });
  }

  private static double moment(
      DistributionRow row, Distribution d, int element, double centre, int power) {
    Function<Tensor, Tensor> f =
        x -> {
          int rows = x.shape().dim(0);
          Tensor flat = x.reshape(Shape.of(rows, d.eventShape().size())).at(-1, element);
          // Beyond 1e30 no mass is left that counts, but its square would be infinite.
          return flat.minus(centre).clamp(-1e30, 1e30).pow(power);
        };
    if (row.discrete()) {
      Tensor x = outcomes(row, d);
      return d.logProb(x).exp().times(f.apply(x)).sum().item();
    }
    return Quadrature.expectation(d, f);
  }

  /** Points inside the support: images of reals near 0. */
  private static double[] reals(DistributionRow row, Distribution d, int count) {
    Shape real = ((Support.Continuous) d.support()).realShape(d.eventShape());
    double[] u = new double[count * real.size()];
    for (int i = 0; i < u.length; i++) {
      u[i] = 1.7 * Math.sin(2.3 * i + 0.4);
    }
    return u;
  }

  private static Tensor points(DistributionRow row, Distribution d) {
    if (row.discrete()) {
      return outcomes(row, d);
    }
    Support.Continuous support = (Support.Continuous) d.support();
    Shape real = Shape.of(5).append(support.realShape(d.eventShape()));
    return support.toEvent(Arena.current().tensor(reals(row, d, 5), real)).value();
  }

  /** Every element with another weight. */
  private static Tensor weighted(Tensor y) {
    double[] w = new double[y.shape().size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = 1 + Math.sin(i + 1.0);
    }
    return y.times(Arena.current().tensor(w, y.shape())).sum();
  }

  @ParameterizedTest
  @MethodSource("continuous")
  void gradientTowardsTheValueMatchesDifferences(DistributionRow row) {
    compute(
        a -> {
          Shape real =
              ((Support.Continuous) row.distribution().support())
                  .realShape(row.distribution().eventShape());
          // Through the support, so that simplexes and matrices stay what they are.
          checkGradient(
              reals(row, row.distribution(), 5),
              Shape.of(5).append(real),
              u -> {
                Distribution d = row.distribution();
                Tensor x = ((Support.Continuous) d.support()).toEvent(u).value();
                return weighted(d.logProb(x));
              });
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void gradientTowardsParametersMatchesDifferences(DistributionRow row) {
    compute(
        a -> {
          double[] x = points(row, row.distribution()).toDoubles();
          for (int k = 0; k < row.parameters.size(); k++) {
            Parameter p = row.parameters.get(k);
            int at = k;
            if (p.smooth()) {
              checkGradient(
                  p.values(),
                  p.shape(),
                  t -> {
                    List<Tensor> tensors = row.tensors(true);
                    tensors.set(at, t);
                    Distribution d = row.make.apply(tensors);
                    int count = x.length / d.eventShape().size();
                    Shape shape = Shape.of(count).append(d.eventShape());
                    return weighted(d.logProb(Arena.current().tensor(x, shape)));
                  });
            }
          }
          return null;
        });
  }

  private static void checkGradient(double[] x, Shape shape, Function<Tensor, Tensor> f) {
    double[] gradient = Tape.gradient(x, shape, f).gradients().get(0);
    for (int i = 0; i < x.length; i++) {
      int at = i;
      double slope =
          slope(
              h -> {
                double[] y = x.clone();
                y[at] += h;
                return f.apply(Arena.current().tensor(y, shape)).item();
              });
      assertThat(gradient[i])
          .as("element %d", i)
          .isCloseTo(slope, within(DIFFERENCES * (1 + Math.abs(slope))));
    }
  }

  private static double slope(DoubleUnaryOperator f) {
    return (8 * (f.applyAsDouble(STEP) - f.applyAsDouble(-STEP))
            - (f.applyAsDouble(2 * STEP) - f.applyAsDouble(-2 * STEP)))
        / (12 * STEP);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void batchRowEqualsSingle(DistributionRow row) {
    compute(
        a -> {
          List<Tensor> batched = new ArrayList<>();
          for (Parameter p : row.parameters) {
            double[] both = Arrays.copyOf(p.values(), 2 * p.values().length);
            System.arraycopy(p.others(), 0, both, p.values().length, p.others().length);
            batched.add(a.tensor(both, Shape.of(2, 1).append(p.shape())));
          }
          Distribution batch = row.make.apply(batched);
          Distribution one = row.distribution();
          assertThat(batch.eventShape()).isEqualTo(one.eventShape());
          Tensor x = points(row, one);
          int count = x.shape().dim(0);
          Tensor both = batch.logProb(x);
          assertThat(both.shape()).isEqualTo(Shape.of(2, count));
          assertThat(one.logProb(x).shape()).isEqualTo(Shape.of(count));
          double[] expected =
              Tensor.concat(
                      List.of(one.logProb(x), row.make.apply(row.tensors(false)).logProb(x)), 0)
                  .toDoubles();
          assertThat(both.toDoubles()).containsExactly(expected, within(1e-12));
          assertThat(one.logProb(x.at(0, 1)).item()).isCloseTo(expected[1], within(1e-12));
          Tensor draws = batch.sample(Seed.of(2), Shape.of(2, 3));
          assertThat(draws.shape()).isEqualTo(Shape.of(2, 3).append(one.eventShape()));
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void numbersAndTensorsGiveTheSame(DistributionRow row) {
    compute(
        a -> {
          List<Tensor> numbers = new ArrayList<>();
          for (Parameter p : row.parameters) {
            numbers.add(
                p.shape().rank() == 0
                    ? Tensor.number(p.values()[0])
                    : a.tensor(p.values(), p.shape()));
          }
          Distribution byNumber = row.make.apply(numbers);
          Distribution byTensor = row.distribution();
          Tensor x = points(row, byTensor);
          assertThat(byNumber.logProb(x).toDoubles())
              .containsExactly(byTensor.logProb(x).toDoubles(), within(1e-12));
          Shape batch = Shape.of(6);
          Tensor drawn = byNumber.sample(Seed.of(3), batch);
          assertThat(drawn.shape()).isEqualTo(batch.append(byTensor.eventShape()));
          assertThat(drawn.toDoubles())
              .containsExactly(byTensor.sample(Seed.of(3), batch).toDoubles(), within(1e-12));
          return null;
        });
  }

  /** Log densities, draws and gradients towards every parameter, on the same noise. */
  @ParameterizedTest
  @MethodSource("rows")
  void bothEnginesAgree(DistributionRow row) {
    List<double[]> plain = results(row, Backend.JAVA);
    List<double[]> torch = results(row, Backend.TORCH);
    for (int i = 0; i < plain.size(); i++) {
      double[] expected = plain.get(i);
      for (int j = 0; j < expected.length; j++) {
        assertThat(torch.get(i)[j])
            .as("result %d, element %d", i, j)
            .isCloseTo(expected[j], within(ENGINES * (1 + Math.abs(expected[j]))));
      }
    }
  }

  /** Log densities, differentiable draws and all their gradients, in a batch of any shape. */
  @ParameterizedTest
  @MethodSource("rows")
  void compiledAgrees(DistributionRow row) {
    Shape batch = RandomShapes.of(Seed.of(4).fold(row.name), 60);
    ParamStore store = new ParamStore(Seed.of(1));
    List<Param> parameters = new ArrayList<>();
    for (Parameter p : row.parameters) {
      Param param = store.scope("d").param(p.name(), batch.append(p.shape()), Init.zeros());
      param.set(mixed(p, batch.size()));
      parameters.add(param);
    }
    List<double[]> points = new ArrayList<>();
    Shape shape =
        compute(
            a -> {
              Tensor x = points(row, made(row, parameters), batch);
              points.add(x.toDoubles());
              return x.shape();
            });
    Param x = store.scope("x").param("value", shape, Init.zeros());
    x.set(points.get(0));
    CompiledAgreement.holds(
        store,
        seed ->
            made(row, parameters).logProb(row.discrete() ? x.value().stopGradient() : x.value()));
    if (row.path != DistributionRow.Path.NONE) {
      Function<Seed, Tensor> draws =
          seed -> made(row, parameters).sample(seed, Shape.of(3).append(batch));
      if (row.cancels) {
        CompiledAgreement.holdsInDoublePrecision(store, draws);
      } else {
        CompiledAgreement.holds(store, draws);
      }
    }
  }

  private static Distribution made(DistributionRow row, List<Param> parameters) {
    return row.make.apply(parameters.stream().map(Param::value).toList());
  }

  /** Now the first values of a parameter, now the others: the same for all parameters. */
  private static double[] mixed(Parameter p, int count) {
    int size = p.shape().size();
    double[] all = new double[count * size];
    for (int i = 0; i < count; i++) {
      System.arraycopy(i % 3 == 1 ? p.others() : p.values(), 0, all, i * size, size);
    }
    return all;
  }

  /** One event for each element of a batch. */
  private static Tensor points(DistributionRow row, Distribution d, Shape batch) {
    if (row.discrete()) {
      int size = d.eventShape().size();
      double[] all = new double[batch.size() * size];
      for (int i = 0; i < batch.size(); i++) {
        System.arraycopy(row.outcomes[i % row.outcomes.length], 0, all, i * size, size);
      }
      return Arena.current().tensor(all, batch.append(d.eventShape()));
    }
    Support.Continuous support = (Support.Continuous) d.support();
    Shape real = batch.append(support.realShape(d.eventShape()));
    return support.toEvent(Arena.current().tensor(reals(row, d, batch.size()), real)).value();
  }

  private static List<double[]> results(DistributionRow row, Backend backend) {
    try (Session session = Session.open(SessionSettings.of(11).withBackend(backend))) {
      return session.compute(
          a -> {
            Distribution d = row.distribution();
            Tensor x = points(row, d);
            double[] values = x.toDoubles();
            List<double[]> results = new ArrayList<>();
            results.add(d.logProb(x).toDoubles());
            results.add(d.sample(Seed.of(4), Shape.of(7)).toDoubles());
            List<double[]> inputs = new ArrayList<>();
            List<Shape> shapes = new ArrayList<>();
            for (Parameter p : row.parameters) {
              inputs.add(p.values());
              shapes.add(p.shape());
            }
            Gradient g =
                Tape.gradient(
                    inputs,
                    shapes,
                    tensors ->
                        weighted(row.make.apply(tensors).logProb(a.tensor(values, x.shape()))));
            results.addAll(g.gradients());
            return results;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void drawsLieInTheSupport(DistributionRow row) {
    double[][] draws = draws(row, DRAWS);
    compute(
        a -> {
          Distribution d = row.distribution();
          for (double[] draw : draws) {
            assertThat(d.support().contains(draw, d.eventShape())).isTrue();
          }
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void sameSeedSameNumbers(DistributionRow row) {
    double[][] few = draws(row, 20);
    assertThat(few).isDeepEqualTo(draws(row, 20));
    // More particles leave those before them as they were.
    assertThat(Arrays.copyOf(draws(row, 40), 20)).isDeepEqualTo(few);
    double[] another =
        compute(a -> row.distribution().sample(Seed.of(6), Shape.of(20)).toDoubles());
    assertThat(another).isNotEqualTo(Arrays.stream(few).flatMapToDouble(Arrays::stream).toArray());
  }

  /** A row of a plate has noise of its own: the same in any batch it takes part in. */
  @ParameterizedTest
  @MethodSource("rows")
  void rowsKeepTheirDrawsInAnyBatch(DistributionRow row) {
    compute(
        a -> {
          Distribution d = row.distribution();
          Seed seed = Seed.of(8).fold(row.name);
          Tensor three = d.sample(seed.rows(new long[] {7, 3, 11}), Shape.of(9, 3));
          Tensor two = d.sample(seed.rows(new long[] {11, 3}), Shape.of(9, 2));
          assertThat(two.at(1, 1).toDoubles()).isEqualTo(three.at(1, 1).toDoubles());
          assertThat(two.at(1, 0).toDoubles()).isEqualTo(three.at(1, 2).toDoubles());
          assertThat(three.at(1, 0).toDoubles()).isNotEqualTo(three.at(1, 1).toDoubles());
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("continuous")
  void farTailsAreFinite(DistributionRow row) {
    compute(
        a -> {
          Distribution d = row.distribution();
          Support.Continuous support = (Support.Continuous) d.support();
          Shape real = support.realShape(d.eventShape());
          for (double size : new double[] {row.far, row.far / 3, row.far / 10}) {
            double[] u = new double[2 * real.size()];
            for (int i = 0; i < u.length; i++) {
              u[i] = (i < real.size() ? 1 : -1) * (i % 2 == 0 ? 1 : 0.5) * size;
            }
            Function<Tensor, Tensor> f = t -> Quadrature.logDensity(row.distribution(), t).sum();
            Gradient g = Tape.gradient(u, Shape.of(2).append(real), f);
            assertThat(g.value()).as("at reals of size %s", size).isFinite();
            for (double slope : g.gradients().get(0)) {
              assertThat(slope).as("gradient at reals of size %s", size).isFinite();
            }
          }
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void wrongParametersAreRefusedByName(DistributionRow row) {
    compute(
        a -> {
          for (int k = 0; k < row.parameters.size(); k++) {
            Parameter p = row.parameters.get(k);
            String last = p.name().substring(p.name().lastIndexOf(' ') + 1);
            if (p.shape().rank() == 0) {
              List<Tensor> tensors = row.tensors(true);
              tensors.set(k, Tensor.number(p.wrong()));
              assertThatThrownBy(() -> row.make.apply(tensors))
                  .isInstanceOf(PplException.class)
                  .hasMessageContaining(row.owner(p) + ": " + last + " must be ")
                  .hasMessageContaining("got " + p.wrong())
                  .hasMessageContaining("Likely fix");
            }
            // Tensors are checked where they enter a model, by the rule declared here.
            Argument argument =
                row.distribution().arguments().stream()
                    .filter(x -> x.name().equals(p.name()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no argument '" + p.name() + "'"));
            assertThat(argument.rule().allows(p.wrong())).as(p.name()).isFalse();
            assertThat(argument.value().toDoubles()).containsExactly(p.values());
          }
          assertThat(row.distribution().arguments().size())
              .isGreaterThanOrEqualTo(row.parameters.size());
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("rows")
  void valuesOutsideTheSupportAreRefused(DistributionRow row) {
    compute(
        a -> {
          Distribution d = row.distribution();
          assertThat(row.outside).isNotEmpty();
          // A support takes its bounds from numbers; those of tensors are known in a model only.
          List<Tensor> numbers = new ArrayList<>();
          for (Parameter p : row.parameters) {
            numbers.add(
                p.shape().rank() == 0
                    ? Tensor.number(p.values()[0])
                    : a.tensor(p.values(), p.shape()));
          }
          Support support = row.make.apply(numbers).support();
          for (double[] event : row.outside) {
            assertThat(support.contains(event, d.eventShape()))
                .as(Arrays.toString(event))
                .isFalse();
          }
          for (double[] event : row.impossible) {
            Tensor x = a.tensor(event, Shape.of(1).append(d.eventShape()));
            assertThat(d.logProb(x).item())
                .as(Arrays.toString(event))
                .isEqualTo(Double.NEGATIVE_INFINITY);
            assertGradientsAreNumbers(row, event, d.eventShape());
          }
          return null;
        });
  }

  /** Where the density is 0, the gradient towards parameters and value may be 0, but not NaN. */
  private static void assertGradientsAreNumbers(DistributionRow row, double[] event, Shape shape) {
    List<double[]> values = new ArrayList<>(List.of(event));
    List<Shape> shapes = new ArrayList<>(List.of(Shape.of(1).append(shape)));
    for (Parameter p : row.parameters) {
      values.add(p.values());
      shapes.add(p.shape());
    }
    Gradient g =
        Tape.gradient(
            values,
            shapes,
            in -> row.make.apply(in.subList(1, in.size())).logProb(in.get(0)).sum());
    for (double[] slopes : g.gradients()) {
      assertThat(slopes).as(Arrays.toString(event)).doesNotContain(Double.NaN);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void distributionFunctionMatchesTheDensity(DistributionRow row) {
    compute(
        a -> {
          if (!(row.distribution() instanceof HasCdf d)) {
            return null;
          }
          double[] x = points(row, d).toDoubles();
          for (double at : row.discrete() ? Arrays.copyOf(x, Math.min(8, x.length)) : x) {
            Tensor value = a.tensor(new double[] {at}, Shape.of(1));
            double expected =
                row.discrete()
                    ? d.logProb(outcomes(row, d)).exp().slice(0, 0, (int) at + 1).sum().item()
                    : Quadrature.cdf(d, at);
            assertThat(d.cdf(value).item()).as("at %s", at).isCloseTo(expected, within(1e-9));
            if (d instanceof HasLogCdf l) {
              assertThat(Math.exp(l.logCdf(value).item())).isCloseTo(expected, within(1e-9));
              assertThat(Math.exp(l.logSurvival(value).item()))
                  .isCloseTo(1 - expected, within(1e-9));
            }
          }
          return null;
        });
  }

  /** Below the least and above the largest possible value. */
  @ParameterizedTest
  @MethodSource("continuous")
  void distributionFunctionIs0Or1WhereNothingIsPossible(DistributionRow row) {
    compute(
        a -> {
          if (!(row.distribution() instanceof HasCdf d)) {
            return null;
          }
          double some = points(row, d).toDoubles()[0];
          for (double[] event : row.impossible) {
            Tensor x = a.tensor(event, Shape.of(1));
            double expected = event[0] < some ? 0 : 1;
            assertThat(d.cdf(x).item()).as("at %s", event[0]).isEqualTo(expected);
            if (d instanceof HasLogCdf l) {
              double survival = Math.exp(l.logSurvival(x).item());
              assertThat(survival).as("at %s", event[0]).isEqualTo(1 - expected);
            }
          }
          return null;
        });
  }

  /** The derivatives of log F and log(1 − F) are p/F and −p/(1 − F), in both tails. */
  @ParameterizedTest
  @MethodSource("continuous")
  void tailsOfTheDistributionFunctionKeepTheirAccuracy(DistributionRow row) {
    compute(
        a -> {
          if (!(row.distribution() instanceof HasLogCdf d)) {
            return null;
          }
          Support.Continuous support = (Support.Continuous) d.support();
          double[] u = {-30, -8, 0.2, 3, 5};
          Tensor image = support.toEvent(a.tensor(u, Shape.of(5))).value();
          double[] x = image.toDoubles();
          double[] lower = d.logCdf(image).toDoubles();
          double[] upper = d.logSurvival(image).toDoubles();
          double[] density = d.logProb(image).toDoubles();
          double[] up =
              Tape.gradient(x, Shape.of(5), t -> ((HasLogCdf) row.distribution()).logCdf(t).sum())
                  .gradients()
                  .get(0);
          double[] down =
              Tape.gradient(
                      x, Shape.of(5), t -> ((HasLogCdf) row.distribution()).logSurvival(t).sum())
                  .gradients()
                  .get(0);
          for (int i = 0; i < x.length; i++) {
            double rise = Math.exp(density[i] - lower[i]);
            double fall = -Math.exp(density[i] - upper[i]);
            // Below e^−1e7 the difference of these logarithms has no eight digits.
            if (lower[i] > -1e7) {
              assertThat(up[i]).as("log cdf at %s", x[i]).isCloseTo(rise, within(1e-8 * rise));
            }
            assertThat(down[i])
                .as("log survival at %s", x[i])
                .isCloseTo(fall, within(-1e-8 * fall + 1e-300));
          }
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("continuous")
  void locationAndScaleMoveTheStandard(DistributionRow row) {
    compute(
        a -> {
          if (row.distribution() instanceof LocationScale d) {
            Tensor x = points(row, d);
            Tensor z = x.minus(d.loc()).over(d.scale());
            double[] expected = d.standard().logProb(z).minus(d.scale().log()).toDoubles();
            assertThat(d.logProb(x).toDoubles()).containsExactly(expected, within(1e-12));
          }
          return null;
        });
  }

  @Test
  void flatDirichletReachesItsEdge() {
    compute(
        a -> {
          Tensor ones = a.full(1, Shape.of(3));
          Tensor edge = a.tensor(new double[] {0, 0.5, 0.5}, Shape.of(3));
          assertThat(Dirichlet.of(ones).logProb(edge).item()).isCloseTo(Math.log(2), within(1e-12));
          return null;
        });
  }

  static Stream<DistributionRow> withDivergence() {
    return rows().stream().filter(r -> HasKl.class.isAssignableFrom(r.type));
  }

  /** Towards the row's other parameters, by quadrature or by the sum over all outcomes. */
  @ParameterizedTest
  @MethodSource("withDivergence")
  <T extends Distribution> void divergenceMatchesItsIntegral(DistributionRow row) {
    compute(
        a -> {
          @SuppressWarnings("unchecked") // HasKl<T> is about the class itself.
          HasKl<T> p = (HasKl<T>) row.distribution();
          @SuppressWarnings("unchecked")
          T q = (T) row.make.apply(row.tensors(false));
          @SuppressWarnings("unchecked")
          T same = (T) row.distribution();
          Function<Tensor, Tensor> ratio = x -> p.logProb(x).minus(q.logProb(x)).clamp(-1e30, 1e30);
          Tensor x = row.discrete() ? outcomes(row, p) : Tensor.number(0);
          double integral =
              row.discrete()
                  ? p.logProb(x).exp().times(ratio.apply(x)).sum().item()
                  : q instanceof LocationScale other
                      ? Quadrature.expectationWithKink(p, ratio, other.loc().item())
                      : Quadrature.expectation(p, ratio);
          boolean scalar = row.discrete() || p.eventShape().rank() == 0;
          assertThat(p.kl(q).item()).isCloseTo(integral, within(scalar ? 1e-8 : 1e-5));
          assertThat(p.kl(q).shape()).isEqualTo(Shape.scalar());
          assertThat(p.kl(same).item()).isCloseTo(0, within(1e-12));
          return null;
        });
  }

  @Test
  void shapesThatDoNotFitAreRefusedByName() {
    compute(
        a -> {
          assertThatThrownBy(
                  () -> MultivariateNormal.scaleTril(a.zeros(Shape.of(3)), a.zeros(Shape.of(2, 2))))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("MultivariateNormal: loc is (3) but scaleTril is (2, 2)");
          assertThatThrownBy(
                  () -> MultivariateNormal.scaleTril(a.zeros(Shape.of(2)), a.zeros(Shape.of(2))))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("MultivariateNormal: scaleTril must be [..., D, D], got (2)");
          assertThatThrownBy(() -> LkjCholesky.of(1, 2.0))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("LkjCholesky: the dimension must be at least 2, got 1");
          assertThatThrownBy(() -> Mixture.of(a.zeros(Shape.of(3)), List.of(Normal.of(0, 1))))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("Mixture: logits of shape (3) for 1 components");
          assertThatThrownBy(
                  () -> MultivariateStudentT.of(3, a.zeros(Shape.of(3)), a.zeros(Shape.of(2, 2))))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("MultivariateStudentT: loc is (3) but scaleTril is (2, 2)");
          assertThatThrownBy(
                  () -> MultivariateStudentT.of(3, a.zeros(Shape.of(2)), a.zeros(Shape.of(2))))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("MultivariateStudentT: scaleTril must be [..., D, D], got (2)");
          assertThatThrownBy(() -> Multinomial.logits(3, Tensor.number(0)))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("Multinomial: logits must be [..., K]");
          assertThatThrownBy(() -> DiscretizedLogistic.of(Tensor.number(0), Tensor.number(1), 1))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("DiscretizedLogistic: levels must be at least 2, got 1");
          assertThatThrownBy(() -> OrderedLogistic.of(0, Tensor.number(0)))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("OrderedLogistic: cutpoints must be [..., K − 1], got ()");
          assertThatThrownBy(() -> GaussianRandomWalk.of(0, 1.0))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("GaussianRandomWalk: the length must be at least 1, got 0");
          assertThatThrownBy(() -> ZeroInflated.of(0.2, Normal.of(0, 1)))
              .isInstanceOf(PplException.class)
              .hasMessageContaining(
                  "ZeroInflated: the base must be a distribution of single counts")
              .hasMessageContaining("got Normal on real");
          assertThatThrownBy(() -> Wishart.scaleTril(5, a.zeros(Shape.of(2))))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("Wishart: scaleTril must be [..., D, D], got (2)");
          assertThatThrownBy(() -> Wishart.scaleTril(1.5, a.zeros(Shape.of(3, 3))))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("Wishart: df must be above D − 1 = 2, got 1.5");
          assertThatThrownBy(() -> TruncatedNormal.of(0, 1, 2, 2))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("TruncatedNormal: low must be below high, got low 2.0");
          assertThatThrownBy(() -> Uniform.of(2, 1))
              .isInstanceOf(PplException.class)
              .hasMessageContaining("Uniform: low must be below high, got low 2.0 and high 1.0");
          return null;
        });
  }

  /** Draws from a hundred million trials, where samplers by table end. */
  @Test
  void binomialDrawsOfManyTrials() {
    compute(
        a -> {
          double n = 1e8;
          double p = 0.37;
          double[] x = Binomial.probs(n, p).sample(Seed.of(5), Shape.of(DRAWS)).toDoubles();
          NormalDistribution normal =
              new NormalDistribution(null, n * p, Math.sqrt(n * p * (1 - p)));
          // At this size the binomial is normal to 1e-4 and ties are rare.
          assertThat(kolmogorovSmirnov(x, normal::cumulativeProbability))
              .isGreaterThan(FALSE_ALARM);
          double[] fewer =
              Binomial.probs(3000, 0.4).sample(Seed.of(5), Shape.of(DRAWS)).toDoubles();
          assertThat(Arrays.stream(fewer).average().orElseThrow())
              .isCloseTo(1200, within(STANDARD_ERRORS * Math.sqrt(720.0 / DRAWS)));
          assertThat(Binomial.probs(n, 0.0).sample(Seed.of(5), Shape.of(1)).item()).isZero();
          assertThat(Binomial.probs(n, 1.0).sample(Seed.of(5), Shape.of(1)).item()).isEqualTo(n);
          assertThat(Binomial.probs(5, 1.0).sample(Seed.of(5), Shape.of(1)).item()).isEqualTo(5);
          return null;
        });
  }

  /** A bounded function of the event, so that its gradient has a variance for any tail. */
  private static Tensor bounded(Tensor x, Distribution d) {
    Tensor flat = x.reshape(Shape.of(x.shape().dim(0), d.eventShape().size()));
    double[] weights = new double[d.eventShape().size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 1 + 0.7 * Math.sin(2.0 * i);
    }
    Tensor w = Arena.current().tensor(weights, Shape.of(weights.length));
    return flat.minus(0.3).atan().times(w).sum(-1);
  }

  /** ∇ E f(X) by draws, against differences of the integral. */
  @ParameterizedTest
  @MethodSource("pathwise")
  void gradientsOfDrawsAreUnbiased(DistributionRow row) {
    compute(
        a -> {
          for (int k = 0; k < row.parameters.size(); k++) {
            Parameter p = row.parameters.get(k);
            double[] g = gradientsOfDraws(row, k, d -> x -> bounded(x, d).sum());
            for (int j = 0; j < p.values().length; j++) {
              if (p.values()[j] == 0) {
                continue; // above the diagonal
              }
              int at = j;
              int size = p.values().length;
              double[] own = new double[DRAWS];
              for (int s = 0; s < DRAWS; s++) {
                own[s] = g[s * size + at];
              }
              double mean = Arrays.stream(own).average().orElseThrow();
              double variance =
                  Arrays.stream(own).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
              int parameter = k;
              double slope =
                  slope(
                      h -> {
                        Distribution d = moved(row, parameter, at, h);
                        return Quadrature.roughExpectation(d, x -> bounded(x, d));
                      });
              double margin = STANDARD_ERRORS * Math.sqrt(variance / DRAWS) + 1e-6;
              assertThat(mean).as("%s[%d]", p.name(), at).isCloseTo(slope, within(margin));
            }
          }
          return null;
        });
  }

  private static Distribution moved(DistributionRow row, int parameter, int element, double by) {
    List<Tensor> tensors = row.tensors(true);
    Parameter p = row.parameters.get(parameter);
    double[] values = p.values().clone();
    values[element] += by;
    tensors.set(parameter, Arena.current().tensor(values, p.shape()));
    return row.make.apply(tensors);
  }

  /** Each draw has its own copy of the parameter, and so its own gradient. */
  private static double[] gradientsOfDraws(
      DistributionRow row, int parameter, Function<Distribution, Function<Tensor, Tensor>> f) {
    Parameter p = row.parameters.get(parameter);
    int size = p.values().length;
    double[] copies = new double[DRAWS * size];
    for (int s = 0; s < DRAWS; s++) {
      System.arraycopy(p.values(), 0, copies, s * size, size);
    }
    return Tape.gradient(
            copies,
            Shape.of(DRAWS).append(p.shape()),
            t -> {
              List<Tensor> tensors = row.tensors(true);
              tensors.set(parameter, t);
              Distribution d = row.make.apply(tensors);
              Tensor x = d.sample(Seed.of(8).fold(row.name), Shape.of(DRAWS));
              return f.apply(d).apply(x);
            })
        .gradients()
        .get(0);
  }

  /** dx/dθ = −(∂F(x; θ)/∂θ)/p(x; θ), draw by draw. */
  @ParameterizedTest
  @MethodSource("oneNoise")
  void drawsMoveAsTheQuantileFunction(DistributionRow row) {
    compute(
        a -> {
          double[] x =
              row.distribution().sample(Seed.of(8).fold(row.name), Shape.of(DRAWS)).toDoubles();
          for (int k = 0; k < row.parameters.size(); k++) {
            double[] g = gradientsOfDraws(row, k, d -> Tensor::sum);
            int parameter = k;
            for (int s = 0; s < 8; s++) {
              double at = x[s];
              double slope = slope(h -> Quadrature.cdf(moved(row, parameter, 0, h), at));
              double density =
                  row.distribution().logProb(a.tensor(new double[] {at}, Shape.of(1))).item();
              double expected = -slope / Math.exp(density);
              assertThat(g[s])
                  .as("%s at %s", row.parameters.get(k).name(), at)
                  .isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
            }
          }
          return null;
        });
  }
}
