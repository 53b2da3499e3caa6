package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Arena;
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
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Mistakes that published flows made and the transform contract would not see, each with its test
 * (the flow reference, sections 1.2 to 1.8); those of splines are in {@link SplinePitfallsTest}.
 */
class PitfallsTest {
  private static Tensor vector(double... values) {
    return Arena.current().tensor(values, Shape.of(values.length));
  }

  private static void gradientIsFinite(double[] at, Shape shape, Function<Tensor, Mapped> map) {
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            double[] g =
                Tape.gradient(
                        at,
                        shape,
                        x -> {
                          Mapped m = map.apply(x);
                          return m.value().sum().plus(m.logDet().sum());
                        })
                    .gradients()
                    .get(0);
            assertThat(Arrays.stream(g).allMatch(Double::isFinite)).isTrue();
            return null;
          });
    }
  }

  // ---- planar

  /** u = 0 gives wᵀû = log 2 − 1 and no identity; the identity is wᵀu = log(e − 1). */
  @Test
  void zerosAreNotThePlanarIdentity() {
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Tensor z = a.tensor(new double[] {0, 0}, Shape.of(1, 2));
            Tensor w = vector(0.1, 0.05);
            Function<Tensor, Mapped> at =
                u ->
                    new Planar(2)
                        .bind(new Values(Map.of("u", u, "w", w, "b", vector(0))))
                        .forward(z);
            double zero = at.apply(vector(0, 0)).logDet().item();
            assertThat(zero).isCloseTo(Math.log(Math.log(2)), within(1e-12));
            double c = Math.log(Math.E - 1) / (0.01 + 0.0025);
            double same = at.apply(vector(0.1 * c, 0.05 * c)).logDet().item();
            assertThat(same).isCloseTo(0, within(1e-12));
            return null;
          });
    }
  }

  @Test
  void planarWithoutDirectionStaysFinite() {
    gradientIsFinite(
        new double[] {0, 0},
        Shape.of(2),
        w ->
            new Planar(2)
                .bind(new Values(Map.of("u", vector(0.3, 1), "w", w, "b", vector(0.2))))
                .forward(Arena.current().tensor(new double[] {1, -2}, Shape.of(1, 2))));
  }

  // ---- radial

  @Test
  void radialAtItsCentreStaysFiniteBothWays() {
    double[] c = {0.5, -1, 2};
    Function<Tensor, Mapped> there = z -> new Radial(3).bind(radialValues(c)).forward(z);
    Function<Tensor, Mapped> back = z -> new Radial(3).bind(radialValues(c)).inverse(z);
    gradientIsFinite(c, Shape.of(1, 3), there);
    gradientIsFinite(c, Shape.of(1, 3), back);
  }

  private static Values radialValues(double[] c) {
    return new Values(Map.of("c", vector(c), "a", vector(0.4), "b", vector(-0.7)));
  }

  // ---- Sylvester

  /** Columns that are nearly one: an iteration for QᵀQ = I stalls here. */
  @Test
  void nearlyDependentColumnsStillGiveAnOrthonormalFrame() {
    double[] q = {1, 2, 3, 4, 1, 2, 3, 4 + 1e-5};
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Sylvester layer = Sylvester.orthogonal(4, 2);
            Constant numbers =
                Constant.of(
                    new OneWayChain(4, List.of(layer)), new ParamStore(Seed.of(1)).scope("s"));
            for (Param p : numbers.params(0).values()) {
              p.set(p.path().endsWith("/q") ? q : filled(p.shape().size()));
            }
            // I + Q R diag(h′) R̃ Qᵀ has the stated determinant only where QᵀQ = I.
            double[] x = {0.2, -0.4, 1, 0.3};
            Values values = numbers.values().get(0);
            double[][] rows = new double[4][];
            for (int i = 0; i < 4; i++) {
              int row = i;
              rows[i] =
                  Tape.gradient(
                          x,
                          Shape.of(1, 4),
                          t ->
                              layer
                                  .bind(numbers.values().get(0))
                                  .forward(t)
                                  .value()
                                  .at(1, row)
                                  .sum())
                      .gradients()
                      .get(0);
            }
            double det =
                new org.apache.commons.math3.linear.LUDecomposition(
                        new org.apache.commons.math3.linear.Array2DRowRealMatrix(rows))
                    .getDeterminant();
            double logDet = layer.bind(values).forward(a.tensor(x, Shape.of(1, 4))).logDet().item();
            assertThat(logDet).isCloseTo(Math.log(Math.abs(det)), within(1e-8));
            return null;
          });
    }
  }

  private static double[] filled(int n) {
    double[] values = new double[n];
    Arrays.setAll(values, i -> 0.7 - 0.3 * i);
    return values;
  }

  // ---- couplings and masks

  /** Every coordinate must reach every other: with too few layers, or one order, some do not. */
  @ParameterizedTest
  @CsvSource({
    "coupling, 2",
    "coupling, 3",
    "coupling, 5",
    "spline, 3",
    "spline, 6",
    "iaf, 4",
    "spline-iaf, 3",
    "bnaf, 3",
    "residual, 3"
  })
  void everyCoordinateReachesEveryOther(String family, int d) {
    ParamStore store = new ParamStore(Seed.of(3));
    Chain chain = FlowCatalog.library().flow(family).build(d, store.scope("flow"));
    Constant numbers = Constant.of(chain, store.scope("numbers"));
    for (Param p : store.params()) {
      double[] values = p.toDoubles();
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.5 * Math.sin(1 + p.offset() + 2.3 * i);
      }
      p.set(values);
    }
    double[] x = new double[d];
    Arrays.setAll(x, i -> 0.4 * i - 0.5);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            for (int i = 0; i < d; i++) {
              int row = i;
              double[] gradient =
                  Tape.gradient(
                          x,
                          Shape.of(1, d),
                          t ->
                              Run.forward(chain.layers(), numbers.values(), t)
                                  .value()
                                  .at(1, row)
                                  .sum())
                      .gradients()
                      .get(0);
              for (int j = 0; j < d; j++) {
                assertThat(gradient[j]).as("y%d by z%d", i, j).isNotZero();
              }
            }
            return null;
          });
    }
  }

  // ---- volume-preserving flows: closed forms that hold draw by draw, or in the mean

  /** Turning changes neither density: log q − log p of a draw is that before the turn. */
  @Test
  void turningLeavesTheDivergenceFromTheStandardNormal() {
    int d = 5;
    ParamStore store = new ParamStore(Seed.of(2));
    BijectiveChain still = Chain.of(d).then(new ShiftScale(d, 0.6));
    BijectiveChain turned = Chain.of(d).then(new ShiftScale(d, 0.6)).then(new Householder(d, 3));
    Flow before = still.pushforward(Constant.of(still, store.scope("a")));
    Flow after = turned.pushforward(Constant.of(turned, store.scope("b")));
    StandardNormal prior = StandardNormal.of(d);
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Draw one = before.draw(Seed.of(7), Shape.of(20));
            Draw two = after.draw(Seed.of(7), Shape.of(20));
            double[] first = one.logProb().minus(prior.logProb(one.value())).toDoubles();
            double[] second = two.logProb().minus(prior.logProb(two.value())).toDoubles();
            assertThat(second).containsExactly(first, within(1e-12));
            return null;
          });
    }
  }

  /** KL = ½(Σ L_ij² σ_j² + ‖Lμ‖² − D − Σ log σ_j²), within four standard errors of draws. */
  @Test
  void combinedTrianglesHaveTheirClosedDivergence() {
    int d = 3;
    ParamStore store = new ParamStore(Seed.of(2));
    BijectiveChain chain =
        Chain.of(d).then(new ShiftScale(d, 0.7)).then(new ConvexCombination(d, 2));
    Constant numbers = Constant.of(chain, store.scope("q"));
    numbers.params(0).get("shift").set(0.5, -1, 0.3);
    numbers.params(1).get("logits").set(Math.log(0.3), Math.log(0.7));
    numbers.params(1).get("lower").set(0.5, -1, 0.25, -0.5, 2, 0.75);
    double[][] l = {{1, 0, 0}, {-0.2, 1, 0}, {1.1, 0.6, 1}};
    double[] mean = {0.5, -1, 0.3};
    double twice = -d - d * Math.log(0.49);
    for (double[] row : l) {
      double moved = 0;
      for (int j = 0; j < d; j++) {
        twice += row[j] * row[j] * 0.49;
        moved += row[j] * mean[j];
      }
      twice += moved * moved;
    }
    double kl = twice / 2;
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Draw draw = chain.pushforward(numbers).draw(Seed.of(5), Shape.of(40_000));
            double[] each =
                draw.logProb().minus(StandardNormal.of(d).logProb(draw.value())).toDoubles();
            double average = Arrays.stream(each).average().orElseThrow();
            double variance =
                Arrays.stream(each).map(e -> (e - average) * (e - average)).sum() / each.length;
            assertThat(average).isCloseTo(kl, within(4 * Math.sqrt(variance / each.length)));
            return null;
          });
    }
  }
}
