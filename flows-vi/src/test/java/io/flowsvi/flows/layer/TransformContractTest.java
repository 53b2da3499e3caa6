package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.block.BlockAutoregressive;
import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.net.MadeOfMasks;
import io.flowsvi.flows.net.MadeSettings;
import io.flowsvi.flows.net.Net;
import io.flowsvi.flows.norm.BatchNorm;
import io.flowsvi.flows.ode.AdaptiveSteps;
import io.flowsvi.flows.ode.Continuous;
import io.flowsvi.flows.ode.FieldNet;
import io.flowsvi.flows.ode.FieldSettings;
import io.flowsvi.flows.ode.FixedSteps;
import io.flowsvi.flows.ode.Solver;
import io.flowsvi.flows.residual.ContractionSettings;
import io.flowsvi.flows.residual.Residual;
import io.flowsvi.flows.residual.UnitSlope;
import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.assertions.RandomShapes;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every flow layer must hold, at starting and at trained scales of its parameters: a layer
 * that passes here works in guides and in priors. A new layer joins by one line in {@link #rows}.
 */
class TransformContractTest {
  /** A condition number from which on a double holds no digit of an inverse: 1 / 2^-53. */
  private static final double LOST = 0x1p53;

  /** Central differences err by its square, about 1e-10, and by 1e-16 over it. */
  private static final double DIFFERENCE = 1e-5;

  private static final double QUADRATURE = 1e-3;
  private static final double[] SCALES = {0.01, 0.3, 1, 3};
  private static final int[] DIMENSIONS = {1, 2, 5, 20};

  static List<LayerRow> rows() {
    List<LayerRow> rows = new ArrayList<>(flatRows());
    rows.addAll(ImageRows.rows());
    return rows;
  }

  private static Standardise standardise(int dim) {
    double[] loc = new double[dim];
    double[] lower = new double[dim * dim];
    for (int i = 0; i < dim; i++) {
      loc[i] = i - 0.5;
      for (int j = 0; j <= i; j++) {
        lower[i * dim + j] = i == j ? 0.5 + 0.1 * i : 0.3 / (1 + i + j);
      }
    }
    return new Standardise(loc, lower);
  }

  private static Shared sharedContext(int d, ParamScope s) {
    Made one = Made.of(s.child("one"), d, 2 * d + 4, 3, Activation.TANH);
    Made two = Made.of(s.child("two"), d, 2 * d + 4, 3, Activation.TANH);
    return Shared.of(
        List.of(
            new MaskedAffine(one, MaskedAffine.Scale.SOFT),
            new Reverse(d),
            new MaskedAffine(two, MaskedAffine.Scale.SOFT),
            new Reverse(d)));
  }

  private static List<LayerRow> flatRows() {
    double exact = 1e-12;
    return List.of(
        new LayerRow("ShiftScale", (d, s) -> new ShiftScale(d, 1), exact, 1),
        new LayerRow("LowerTriangular", (d, s) -> new LowerTriangular(d, 1), exact, 1),
        new LayerRow("Standardise", (d, s) -> standardise(d), Double.POSITIVE_INFINITY, 1),
        new LayerRow("Reverse", (d, s) -> new Reverse(d), Double.POSITIVE_INFINITY, 1),
        new LayerRow(
            "Permutation",
            (d, s) -> Permutation.random(d, Seed.of(3)),
            Double.POSITIVE_INFINITY,
            1),
        new LayerRow(
            "Rotation", (d, s) -> Permutation.rotation(d, d / 2), Double.POSITIVE_INFINITY, 1),
        new LayerRow("Planar", (d, s) -> new Planar(d), 0.2, 1),
        new LayerRow("Planar by root", (d, s) -> new Planar(d).withRootInverse(), 0.2, 1),
        new LayerRow("Radial", (d, s) -> new Radial(d), 0.2, 1),
        new LayerRow("Householder even", (d, s) -> new Householder(d, 4), 1, 1),
        new LayerRow("Householder long", (d, s) -> new Householder(d, 2, 30), 1, 1),
        new LayerRow(
            "Householder odd", (d, s) -> new Householder(d, 3), Double.POSITIVE_INFINITY, 1),
        new LayerRow(
            "Sylvester orthogonal", (d, s) -> Sylvester.orthogonal(d, Math.max(1, d / 2)), 0.3, 1),
        new LayerRow("Sylvester square", (d, s) -> Sylvester.orthogonal(d, d), 0.3, 1),
        new LayerRow("Sylvester householder", (d, s) -> Sylvester.householder(d, 4), 0.3, 1),
        new LayerRow("Sylvester triangular", (d, s) -> Sylvester.triangular(d), 0.3, 1),
        new LayerRow(
            "Sylvester orthogonal by root",
            (d, s) -> Sylvester.orthogonal(d, Math.max(1, d / 2)).withRootInverse(),
            0.3,
            1),
        new LayerRow(
            "Sylvester square by root",
            (d, s) -> Sylvester.orthogonal(d, d).withRootInverse(),
            0.3,
            1),
        new LayerRow(
            "Sylvester householder by root",
            (d, s) -> Sylvester.householder(d, 4).withRootInverse(),
            0.3,
            1),
        new LayerRow(
            "Sylvester triangular by root",
            (d, s) -> Sylvester.triangular(d).withRootInverse(),
            0.3,
            1),
        new LayerRow("Shared context", (d, s) -> sharedContext(d, s), 0.2, 1),
        new LayerRow(
            "MaskedAffine",
            (d, s) -> new MaskedAffine(d, 2 * d + 4, s).withSequentialInverse(),
            0.2,
            1),
        new LayerRow(
                "MaskedAffine free",
                (d, s) ->
                    new MaskedAffine(
                            Made.of(s, d, 2 * d + 4, 0, Activation.ELU), MaskedAffine.Scale.FREE)
                        .withSequentialInverse(),
                0.2,
                1)
            .withFineGrid(),
        new LayerRow(
            "MaskedAffine gated",
            (d, s) ->
                new MaskedAffine(Made.of(s, d, 2 * d + 4), MaskedAffine.Scale.GATED)
                    .withSequentialInverse(),
            Double.POSITIVE_INFINITY,
            1),
        new LayerRow(
            "MaskedAffine deep in blocks",
            (d, s) -> {
              MadeSettings sizes =
                  MadeSettings.of(d, 2 * d + 1, d + 3).withActivation(Activation.TANH);
              return new MaskedAffine(MadeOfMasks.blocks(s, sizes, 3), MaskedAffine.Scale.SOFT)
                  .withSequentialInverse();
            },
            0.2,
            1),
        new LayerRow("LeakyRelu", (d, s) -> new LeakyRelu(d), exact, 1).withFineGrid(),
        new LayerRow("SinhArcsinh", (d, s) -> new SinhArcsinh(d), exact, 1),
        new LayerRow("Loft", (d, s) -> new Loft(d, 1.2), 1.5, 1).withFineGrid(),
        new LayerRow("Spline", (d, s) -> new Spline(d, 8, 3), exact, 1).withFineGrid(),
        new LayerRow("ConvexCombination", (d, s) -> new ConvexCombination(d, 3), 0.1, 1),
        new LayerRow(
            "Lu", (d, s) -> new Lu(Permutation.random(d, Seed.of(3))), Double.POSITIVE_INFINITY, 1),
        new LayerRow("Qr", (d, s) -> new Qr(d, 4), 1, 1),
        new LayerRow("Coupling additive", (d, s) -> Coupling.additive(d, 8, s), exact, 1),
        new LayerRow("Coupling affine", (d, s) -> Coupling.affine(d, 8, s), exact, 1),
        new LayerRow("Coupling spline", (d, s) -> Coupling.spline(d, 8, 8, 3, s), exact, 1)
            .withFineGrid(),
        new LayerRow(
            "MaskedAffine context",
            (d, s) ->
                new MaskedAffine(
                        Made.of(s, d, 2 * d + 4, 3, Activation.TANH), MaskedAffine.Scale.SOFT)
                    .withSequentialInverse(),
            1,
            1),
        new LayerRow(
                "MaskedSpline",
                (d, s) -> MaskedSpline.of(d, 2 * d + 4, 8, 3, s).withSequentialInverse(),
                0.2,
                1)
            .withFineGrid(),
        new LayerRow(
                "MaskedSpline deep with a context",
                (d, s) -> {
                  MadeSettings sizes =
                      MadeSettings.of(d, 2 * d + 1, d + 3)
                          .withActivation(Activation.TANH)
                          .withNumbers(11)
                          .withContext(3);
                  return new MaskedSpline(Made.of(s, sizes), 4, 3).withSequentialInverse();
                },
                1,
                1)
            .withFineGrid(),
        new LayerRow(
            "BlockAutoregressive",
            (d, s) -> BlockAutoregressive.of(d, 2, 4, s).withBisection(),
            0.8,
            1),
        new LayerRow(
            "BlockAutoregressive context",
            (d, s) -> BlockAutoregressive.of(d, 1, 3, 3, s).withBisection(),
            0.8,
            1),
        new LayerRow(
            "Residual",
            (d, s) -> Residual.of(d, ContractionSettings.of(8, 8), s).withFixedPointInverse(),
            exact,
            1),
        new LayerRow(
            "Residual ELU",
            (d, s) ->
                Residual.of(
                        d,
                        ContractionSettings.of(8).withActivation(UnitSlope.ELU).withLimit(0.97),
                        s)
                    .withFixedPointInverse(),
            exact,
            1),
        new LayerRow(
            "Residual context",
            (d, s) ->
                Residual.of(d, ContractionSettings.of(8).withContext(3), s).withFixedPointInverse(),
            exact,
            1),
        new LayerRow("BatchNorm", (d, s) -> new BatchNorm(d), exact, 1),
        continuous(
            "Continuous",
            d -> FieldSettings.of(d, 6, 5),
            FixedSteps.of(ButcherTableau.DORMAND_PRINCE, 64)),
        continuous(
            "Continuous context",
            d -> FieldSettings.of(d, 6).withContext(3).withTime(FieldSettings.Time.SQUASH),
            FixedSteps.of(ButcherTableau.TSITOURAS, 40)),
        // Two layers of products: slopes grow with the fourth power of the scale, and so must
        // steps.
        continuous(
            "Continuous low-rank",
            d -> FieldSettings.of(d, 2).withRank(1).withTime(FieldSettings.Time.SQUASH),
            new AdaptiveSteps(ButcherTableau.DORMAND_PRINCE, 1e-9, 1e-9, 4096)));
  }

  /** A field of these settings, solved in these steps, which starts at the identity. */
  private static LayerRow continuous(String name, IntFunction<FieldSettings> field, Solver solver) {
    Function<Solver, LayerRow.Build> solved =
        steps -> (d, s) -> new Continuous(FieldNet.of(field.apply(d), s), steps);
    return new LayerRow(name, solved.apply(solver), 1e-12, 1)
        .solvedTo(1e-5)
        .withBrief(solved.apply(FixedSteps.of(ButcherTableau.TSITOURAS, 3)));
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> scaled() {
    List<org.junit.jupiter.params.provider.Arguments> all = new ArrayList<>();
    for (LayerRow row : rows()) {
      for (int d : DIMENSIONS) {
        for (double scale : d < row.least() ? new double[0] : SCALES) {
          all.add(org.junit.jupiter.params.provider.Arguments.of(row, d, scale));
        }
      }
    }
    return all.stream();
  }

  /** A layer whose every number is normal with this scale. */
  private static final class Bound {
    final ParamStore store = new ParamStore(Seed.of(11));
    final Layer layer;
    final Constant numbers;

    Bound(LayerRow row, int dim, double scale) {
      layer = row.build().of(dim, store.scope("layer"));
      numbers = Constant.of(new OneWayChain(dim, List.of(layer)), store.scope("numbers"));
      if (scale > 0) {
        ZigguratSampler.NormalizedGaussian random =
            ZigguratSampler.NormalizedGaussian.of(
                Seed.of(5).fold(row.name()).fold(dim).generator());
        for (Param p : store.params()) {
          double[] values = new double[p.shape().size()];
          for (int i = 0; i < values.length; i++) {
            // Weights of a network are scaled by their fan-in, as trained ones are.
            double fan =
                p.shape().rank() == 2 && p.path().contains("/w") ? Math.sqrt(p.shape().dim(1)) : 1;
            values[i] = scale * random.sample() / fan;
          }
          p.set(values);
        }
      }
    }

    Values values() {
      return numbers.values().get(0);
    }
  }

  private static double[] noise(String key, int n) {
    return Seed.of(17)
        .fold(key)
        .fill(
            Shape.of(1, n),
            (r, t, from, to) -> {
              ZigguratSampler.NormalizedGaussian g = ZigguratSampler.NormalizedGaussian.of(r);
              for (int i = from; i < to; i++) {
                t[i] = 1.5 * g.sample();
              }
            });
  }

  private static double[][] jacobian(Bound bound, double[] x) {
    return jacobian(x, t -> bound.layer.bind(bound.values()).forward(t).value());
  }

  /** D copies of x in one batch, of whose images copy i gives coordinate i: all rows in one run. */
  private static double[][] jacobian(double[] x, UnaryOperator<Tensor> map) {
    int d = x.length;
    double[] copies = new double[d * d];
    double[] eye = new double[d * d];
    for (int i = 0; i < d; i++) {
      System.arraycopy(x, 0, copies, i * d, d);
      eye[i * (d + 1)] = 1;
    }
    Shape square = Shape.of(d, d);
    double[] flat =
        Tape.gradient(
                copies, square, t -> map.apply(t).times(Arena.current().tensor(eye, square)).sum())
            .gradients()
            .get(0);
    double[][] rows = new double[d][];
    for (int i = 0; i < d; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * d, (i + 1) * d);
    }
    return rows;
  }

  private static double logAbsDet(double[][] jacobian) {
    LUDecomposition lu = new LUDecomposition(new Array2DRowRealMatrix(jacobian), 0);
    double sum = 0;
    for (int i = 0; i < jacobian.length; i++) {
      sum += Math.log(Math.abs(lu.getU().getEntry(i, i)));
    }
    return sum;
  }

  /** Of a random dimension, on a batch of a random shape. */
  @ParameterizedTest
  @MethodSource("rows")
  void compiledAgrees(LayerRow row) {
    int dim = Math.max(1 + Seed.of(6).fold(row.name()).generator().nextInt(7), row.least());
    Shape shape = RandomShapes.of(Seed.of(7).fold(row.name()), 12).append(dim);
    Bound bound = new Bound(row.brief(), dim, 0.3);
    double[] x = noise(row.name(), shape.size());
    CompiledAgreement.holds(
        bound.store,
        seed ->
            CompiledAgreement.both(
                bound.layer.bind(bound.values()).forward(Arena.current().tensor(x, shape))));
    if (bound.layer instanceof BijectiveLayer bijective) {
      CompiledAgreement.holds(
          bound.store,
          seed ->
              CompiledAgreement.both(
                  bijective.bind(bound.values()).inverse(Arena.current().tensor(x, shape))));
    }
  }

  @ParameterizedTest
  @MethodSource("scaled")
  void logDetMatchesJacobian(LayerRow row, int dim, double scale) {
    Bound bound = new Bound(row, dim, scale);
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            double[] x = noise(row.name() + dim, dim);
            double[][] jacobian = jacobian(bound, x);
            Mapped mapped =
                bound.layer.bind(bound.values()).forward(arena.tensor(x, Shape.of(1, dim)));
            double got = mapped.logDet().expand(Shape.of(1)).item();
            SingularValueDecomposition svd =
                new SingularValueDecomposition(new Array2DRowRealMatrix(jacobian));
            double condition = Math.max(1, svd.getConditionNumber() * 1e-6);
            assertThat(got)
                .isCloseTo(
                    logAbsDet(jacobian),
                    within(row.tolerance() * condition * Math.max(1, Math.abs(got))));
            return null;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("scaled")
  void inverseReturnsToTheStart(LayerRow row, int dim, double scale) {
    Bound bound = new Bound(row, dim, scale);
    if (!(bound.layer instanceof BijectiveLayer layer)) {
      return;
    }
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            double[] x = noise("inverse" + row.name() + dim, dim);
            Bijection map = layer.bind(bound.values());
            Mapped there = map.forward(arena.tensor(x, Shape.of(1, dim)));
            Mapped back = map.inverse(there.value());
            double condition =
                new SingularValueDecomposition(new Array2DRowRealMatrix(jacobian(bound, x)))
                    .getConditionNumber();
            if (!(condition < LOST)) {
              return null; // beyond, the condition itself cannot be told, nor any digit of x
            }
            double margin = row.tolerance() * Math.max(1, condition);
            double[] returned = back.value().toDoubles();
            for (int i = 0; i < dim; i++) {
              assertThat(returned[i]).isCloseTo(x[i], within(margin));
            }
            double sum = there.logDet().plus(back.logDet()).expand(Shape.of(1)).item();
            assertThat(sum).isCloseTo(0, within(margin));
            return null;
          });
    }
  }

  /** The inverse's own derivative, by whatever rule it was made: J⁻¹ at the image times J is I. */
  @ParameterizedTest
  @MethodSource("scaled")
  void inverseHasTheInverseJacobian(LayerRow row, int dim, double scale) {
    Bound bound = new Bound(row, dim, scale);
    if (!(bound.layer instanceof BijectiveLayer layer)) {
      return;
    }
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            double[] x = noise("inverse Jacobian" + row.name() + dim, dim);
            double[] y =
                layer
                    .bind(bound.values())
                    .forward(arena.tensor(x, Shape.of(1, dim)))
                    .value()
                    .toDoubles();
            Array2DRowRealMatrix there = new Array2DRowRealMatrix(jacobian(bound, x));
            double condition = new SingularValueDecomposition(there).getConditionNumber();
            if (!(condition < 1 / row.tolerance())) {
              return null; // no digit of the product is certain, and numbers may have overflowed
            }
            double[][] back = jacobian(y, t -> layer.bind(bound.values()).inverse(t).value());
            double[][] product = new Array2DRowRealMatrix(back).multiply(there).getData();
            for (int i = 0; i < dim; i++) {
              for (int j = 0; j < dim; j++) {
                assertThat(product[i][j])
                    .as("row %d, column %d", i, j)
                    .isCloseTo(i == j ? 1 : 0, within(row.tolerance() * Math.max(1, condition)));
              }
            }
            return null;
          });
    }
  }

  /** Scoring given values must move the parameters the right way: against central differences. */
  @ParameterizedTest
  @MethodSource("rows")
  void gradientOfTheInverseMatchesDifferences(LayerRow row) {
    Bound bound = new Bound(row.brief(), 4, 0.5);
    if (!(bound.layer instanceof BijectiveLayer layer) || bound.store.size() == 0) {
      return;
    }
    double[] y = noise("scored" + row.name(), 12);
    double[] weights = noise("weights of the scored", 12);
    Supplier<Tensor> score =
        () -> {
          Arena arena = Arena.current();
          Mapped back = layer.bind(bound.values()).inverse(arena.tensor(y, Shape.of(3, 4)));
          Tensor z = back.value().times(arena.tensor(weights, Shape.of(3, 4)));
          return z.sum().plus(back.logDet().expand(Shape.of(3)).sum());
        };
    double[] gradient = new double[bound.store.size()];
    try (Session session = Session.open(1)) {
      session.compute(arena -> Tape.gradient(bound.store, gradient, score));
      for (Param p : bound.store.params()) {
        double[] start = p.toDoubles();
        for (int i = 0; i < start.length; i++) {
          double difference = 0;
          for (int side = -1; side <= 1; side += 2) {
            double[] moved = start.clone();
            moved[i] += side * DIFFERENCE;
            p.set(moved);
            difference += side * session.compute(arena -> score.get().item()) / (2 * DIFFERENCE);
          }
          p.set(start);
          assertThat(gradient[p.offset() + i])
              .as("%s[%d]", p.path(), i)
              .isCloseTo(difference, within(1e-6 * Math.max(1, Math.abs(difference))));
        }
      }
    }
  }

  /** Pushes a normal on a grid of the base through the map and sums q over cells of the image. */
  @ParameterizedTest
  @MethodSource("scaled")
  void densityIntegratesToOneInOneDimension(LayerRow row, int dim, double scale) {
    if (dim != 1 || scale > 1) {
      return; // at scale 3 the image is hundreds wide with a spike: a grid says nothing
    }
    Bound bound = new Bound(row, 1, scale);
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            // A trapezoid rule is as good as it need be at once for a smooth density.
            int n = row.smooth() ? 801 : 40_001;
            double[] z = new double[n];
            for (int i = 0; i < n; i++) {
              z[i] = -10 + 20.0 * i / (n - 1);
            }
            Mapped mapped =
                bound.layer.bind(bound.values()).forward(arena.tensor(z, Shape.of(n, 1)));
            double[] y = mapped.value().toDoubles();
            double[] logDet = mapped.logDet().expand(Shape.of(n)).toDoubles();
            double total = 0;
            for (int i = 0; i + 1 < n; i++) {
              double q0 = Math.exp(-0.5 * z[i] * z[i] - logDet[i]);
              double q1 = Math.exp(-0.5 * z[i + 1] * z[i + 1] - logDet[i + 1]);
              total += 0.5 * (q0 + q1) * Math.abs(y[i + 1] - y[i]) / Math.sqrt(2 * Math.PI);
            }
            assertThat(total).isCloseTo(1, within(QUADRATURE));
            return null;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void densityIntegratesToOneInTwoDimensions(LayerRow row) {
    // At this scale a solver's few steps err by far less than the sum may.
    Bound bound = new Bound(row.brief(), 2, 0.2);
    if (!(bound.layer instanceof BijectiveLayer layer)) {
      return; // one-way layers cannot score a grid; their log-det is held against the Jacobian
    }
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            Flow flow = Chain.of(2).then(layer).pushforward(bound.numbers);
            int n = row.cells();
            double h = 20.0 / n;
            double[] grid = new double[2 * n * n];
            for (int i = 0; i < n; i++) {
              for (int j = 0; j < n; j++) {
                // Midpoints: a density may jump on the axes.
                grid[2 * (i * n + j)] = -10 + h * (i + 0.5);
                grid[2 * (i * n + j) + 1] = -10 + h * (j + 0.5);
              }
            }
            double[] logQ = flow.logProb(arena.tensor(grid, Shape.of(n * n, 2))).toDoubles();
            double total = 0;
            for (double q : logQ) {
              total += Math.exp(q) * h * h;
            }
            assertThat(total).isCloseTo(1, within(QUADRATURE));
            return null;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void batchRowsEqualSingles(LayerRow row) {
    // Steps that a solver chooses depend on all rows.
    Bound bound = new Bound(row.brief(), 5, 0.5);
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            double[] x = noise("batch", 6 * 5);
            Mapped all =
                bound.layer.bind(bound.values()).forward(arena.tensor(x, Shape.of(2, 3, 5)));
            assertThat(all.value().shape()).isEqualTo(Shape.of(2, 3, 5));
            double[] values = all.value().toDoubles();
            double[] logDets = all.logDet().expand(Shape.of(2, 3)).toDoubles();
            for (int r = 0; r < 6; r++) {
              double[] one = java.util.Arrays.copyOfRange(x, 5 * r, 5 * r + 5);
              Mapped single =
                  bound.layer.bind(bound.values()).forward(arena.tensor(one, Shape.of(1, 5)));
              double[] value = single.value().toDoubles();
              for (int i = 0; i < 5; i++) {
                assertThat(values[5 * r + i])
                    .isCloseTo(value[i], within(1e-12 * (1 + Math.abs(value[i]))));
              }
              assertThat(logDets[r])
                  .isCloseTo(single.logDet().expand(Shape.of(1)).item(), within(1e-11));
            }
            return null;
          });
    }
  }

  /** A network of which only the head's bias is not 0 must give exactly the constants' numbers. */
  @ParameterizedTest
  @MethodSource("rows")
  void constantNetworkEqualsConstants(LayerRow row) {
    int d = 4;
    ParamStore store = new ParamStore(Seed.of(2));
    Layer layer = row.brief().build().of(d, store.scope("own"));
    Chain chain = new OneWayChain(d, List.of(layer));
    if (layer.layout().size() == 0) {
      return;
    }
    Constant constant = Constant.of(chain, store.scope("constant"));
    Network network = Network.of(Net.mlp(store.scope("trunk"), 3, 5), chain, store.scope("head"));
    double[] flat = noise("amortised", layer.layout().size());
    layer
        .layout()
        .slices()
        .forEach(
            s -> {
              double[] part =
                  java.util.Arrays.copyOfRange(flat, s.offset(), s.offset() + s.shape().size());
              constant.params(0).get(s.name()).set(part);
            });
    for (Param p : store.params()) {
      if (p.path().equals("head/bias")) {
        p.set(flat);
      } else if (p.path().equals("head/weight")) {
        p.set(new double[p.shape().size()]);
      }
    }
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            Tensor x = arena.tensor(noise("x", 2 * 3 * d), Shape.of(2, 3, d));
            Tensor context = arena.tensor(noise("c", 9), Shape.of(3, 3));
            Mapped fixed = layer.bind(constant.values().get(0)).forward(x);
            Mapped amortised = layer.bind(network.values(context).get(0)).forward(x);
            double[] a = fixed.value().toDoubles();
            double[] b = amortised.value().toDoubles();
            for (int i = 0; i < a.length; i++) {
              assertThat(b[i]).isCloseTo(a[i], within(1e-10 * (1 + Math.abs(a[i]))));
            }
            double[] la = fixed.logDet().expand(Shape.of(2, 3)).toDoubles();
            double[] lb = amortised.logDet().expand(Shape.of(2, 3)).toDoubles();
            for (int i = 0; i < la.length; i++) {
              assertThat(lb[i]).isCloseTo(la[i], within(1e-10 * (1 + Math.abs(la[i]))));
            }
            return null;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyParameterGetsAGradient(LayerRow row) {
    Bound bound = new Bound(row, 5, 0.5);
    if (bound.store.size() == 0) {
      return;
    }
    double[] gradient = new double[bound.store.size()];
    try (Session session = Session.open(1)) {
      session.compute(
          arena ->
              Tape.gradient(
                  bound.store,
                  gradient,
                  () -> {
                    Tensor x = arena.tensor(noise("gradient", 40), Shape.of(8, 5));
                    Mapped mapped = bound.layer.bind(bound.values()).forward(x);
                    Tensor weights = arena.tensor(noise("weights", 5), Shape.of(5));
                    return mapped.value().square().times(weights).sum().plus(mapped.logDet().sum());
                  }));
    }
    for (Param p : bound.store.params()) {
      double norm = 0;
      for (int i = 0; i < p.shape().size(); i++) {
        assertThat(gradient[p.offset() + i]).as(p.path()).isFinite();
        norm += Math.abs(gradient[p.offset() + i]);
      }
      assertThat(norm).as("gradient of %s", p).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void startsNearTheIdentity(LayerRow row) {
    for (int d : Arrays.stream(DIMENSIONS).filter(d -> d >= row.least()).toArray()) {
      Bound bound = new Bound(row, d, 0);
      try (Session session = Session.open(1)) {
        session.compute(
            arena -> {
              double[] x = noise("identity" + d, d);
              double[] y =
                  bound
                      .layer
                      .bind(bound.values())
                      .forward(arena.tensor(x, Shape.of(1, d)))
                      .value()
                      .toDoubles();
              for (int i = 0; i < d && Double.isFinite(row.startsNear()); i++) {
                assertThat(y[i]).isCloseTo(x[i], within(row.startsNear()));
              }
              return null;
            });
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void sameSeedGivesSameBits(LayerRow row) {
    List<double[]> draws = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      Bound bound = new Bound(row, 5, 0.5);
      try (Session session = Session.open(9)) {
        draws.add(
            session.compute(
                a ->
                    new OneWayChain(5, List.of(bound.layer))
                        .pushforward(bound.numbers)
                        .draw(session.seed().fold("q"), Shape.of(7))
                        .value()
                        .toDoubles()));
      }
    }
    assertThat(draws.get(0)).containsExactly(draws.get(1));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void tensorsOfAnArenaDoNotOutliveIt(LayerRow row) {
    Bound bound = new Bound(row, 3, 0.5);
    try (Session session = Session.open(9)) {
      Tensor escaped =
          session.compute(
              a ->
                  bound
                      .layer
                      .bind(bound.values())
                      .forward(a.tensor(new double[3], Shape.of(1, 3)))
                      .value());
      session.compute(
          a -> {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                    () -> escaped.plus(Arena.current().tensor(new double[3], Shape.of(1, 3))))
                .hasMessageContaining("Tensors of two arenas meet");
            return null;
          });
    }
  }
}
