package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scalar root, and what a root inverse is for: scoring values that the chain did not draw. */
class RootInverseTest {
  private static final int GRID = 241;

  /** {@code 10^from … 10^to}. */
  private static double[] powers(double from, double to) {
    double[] values = new double[GRID];
    for (int i = 0; i < GRID; i++) {
      values[i] = Math.pow(10, from + (to - from) * i / (GRID - 1));
    }
    return values;
  }

  private static void checkRoots(double[] k, int steps) {
    double[] q = new double[2 * GRID + 1];
    double[] positive = powers(-12, 7);
    for (int i = 0; i < GRID; i++) {
      q[i] = -positive[GRID - 1 - i];
      q[GRID + 1 + i] = positive[i];
    }
    try (Session session = Session.open(1)) {
      double[] p =
          session.compute(
              arena ->
                  TanhRoot.solve(
                          arena.tensor(k, Shape.of(GRID, 1)),
                          arena.tensor(q, Shape.of(q.length)),
                          steps)
                      .toDoubles());
      for (int i = 0; i < GRID; i++) {
        for (int j = 0; j < q.length; j++) {
          double root = p[i * q.length + j];
          double h = Math.tanh(root);
          // What rounding of the terms allows, and 8 last digits of the root.
          double terms = Math.abs(root) + Math.abs(k[i] * h) + Math.abs(q[j]);
          double slope = 1 + k[i] * (1 - h * h);
          double margin = 8 * Math.ulp(terms) + 8 * Math.ulp(Math.abs(root)) * slope;
          assertThat(root + k[i] * h - q[j])
              .as("k %s, q %s, p %s", k[i], q[j], root)
              .isCloseTo(0, within(margin));
        }
      }
    }
  }

  @Test
  void rootsSolveTheEquationNearTheLimit() {
    checkRoots(Arrays.stream(powers(-14, 0)).map(x -> x - 1).toArray(), TanhRoot.STEPS_BELOW_3);
  }

  @Test
  void rootsSolveTheEquationForSmallCoefficients() {
    double[] k = powers(-12, Math.log10(3));
    checkRoots(k, TanhRoot.STEPS_BELOW_3);
    checkRoots(
        Arrays.stream(k).map(x -> Math.max(-1 + 1e-14, -x)).toArray(), TanhRoot.STEPS_BELOW_3);
  }

  @Test
  void rootsSolveTheEquationForLargeCoefficients() {
    checkRoots(powers(0, 6), TanhRoot.STEPS_BELOW_MILLION);
  }

  /** û against w as far as rounding lets it go: k is −1 exactly, and nothing may become NaN. */
  @Test
  void strongestBendStaysFinite() {
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            Values values =
                new Values(Map.of("u", vector(-40, 0), "w", vector(1, 0), "b", vector(0.3)));
            Bijection map = new Planar(2).withRootInverse().bind(values);
            double[] z = {-0.3, 1, 4, -2, -3, 0.5};
            Mapped there = map.forward(arena.tensor(z, Shape.of(3, 2)));
            double[] back = map.inverse(there.value()).value().toDoubles();
            assertThat(back[1]).isEqualTo(1);
            for (int i = 0; i < z.length; i++) {
              assertThat(back[i]).isCloseTo(z[i], within(1e-4));
            }
            return null;
          });
    }
  }

  private static Tensor vector(double... values) {
    return Arena.current().tensor(values, Shape.of(values.length));
  }

  private static BijectiveChain chain(String name, int d) {
    BijectiveChain chain = Chain.of(d).then(new ShiftScale(d, 0.7));
    for (int i = 0; i < 3; i++) {
      chain =
          switch (name) {
            case "planar" -> chain.then(new Planar(d).withRootInverse());
            case "orthogonal" -> chain.then(Sylvester.orthogonal(d, 3).withRootInverse());
            case "householder" -> chain.then(Sylvester.householder(d, 4).withRootInverse());
            default -> chain.then(Sylvester.triangular(d).withRootInverse()).then(new Reverse(d));
          };
    }
    return chain;
  }

  @ParameterizedTest
  @ValueSource(strings = {"planar", "orthogonal", "householder", "triangular"})
  void chainScoresItsOwnDrawsAsItDrewThem(String name) {
    int d = 6;
    ParamStore store = new ParamStore(Seed.of(4));
    BijectiveChain chain = chain(name, d);
    Constant numbers = Constant.of(chain, store.scope("q"));
    store
        .params()
        .forEach(
            p -> {
              double[] values = p.toDoubles();
              for (int i = 0; i < values.length; i++) {
                values[i] += 0.8 * Math.sin(1 + p.offset() + 2.3 * i);
              }
              p.set(values);
            });
    Flow push = chain.pushforward(numbers);
    Flow pull = chain.pullback(numbers);
    try (Session session = Session.open(1)) {
      session.compute(
          arena -> {
            for (Flow flow : new Flow[] {push, pull}) {
              Draw draw = flow.draw(session.seed().fold("draw"), Shape.of(50));
              double[] drawn = draw.logProb().toDoubles();
              double[] scored = flow.logProb(draw.value()).toDoubles();
              for (int i = 0; i < drawn.length; i++) {
                assertThat(scored[i]).isCloseTo(drawn[i], within(1e-9));
              }
            }
            return null;
          });
    }
  }
}
