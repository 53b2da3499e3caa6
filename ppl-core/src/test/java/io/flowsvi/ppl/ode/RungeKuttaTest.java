package io.flowsvi.ppl.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class RungeKuttaTest {
  /** y' = −ty, y(0) = 1: y(t) = exp(−t²/2). */
  private static double error(double step) {
    try (Session session = Session.open(1)) {
      return session.compute(
          arena -> {
            List<Tensor> start = List.of(arena.full(1, Shape.of(1)));
            Rates rates = (t, y) -> List.of(y.get(0).times(-t));
            List<List<Tensor>> path = RungeKutta.every(step).solve(rates, start, 0, 1, 2);
            return Math.abs(path.get(1).get(0).item() - Math.exp(-2));
          });
    }
  }

  @Test
  void errorFallsWithTheFourthPowerOfTheStep() {
    double order = Math.log(error(0.1) / error(0.05)) / Math.log(2);
    assertThat(order).isCloseTo(4, within(0.2));
  }

  @Test
  void differentiatesTowardsTheRates() {
    try (Session session = Session.open(1)) {
      double gradient =
          session.compute(
              arena ->
                  Tape.gradient(
                          new double[] {0.7},
                          Shape.of(1),
                          a ->
                              RungeKutta.every(0.02)
                                  .solve(
                                      (t, y) -> List.of(y.get(0).times(a)),
                                      List.of(a.times(0).plus(2)),
                                      0,
                                      1.5)
                                  .get(0)
                                  .get(0)
                                  .sum())
                      .gradients()
                      .get(0)[0]);
      assertThat(gradient).isCloseTo(2 * 1.5 * Math.exp(0.7 * 1.5), within(1e-6));
    }
  }

  @Test
  void rejectsTimesThatDoNotAscendAndMissingRates() {
    RungeKutta solver = RungeKutta.every(1);
    List<Tensor> start = List.of(Tensor.number(1), Tensor.number(2));
    assertThatThrownBy(() -> solver.solve((t, y) -> y, start, 0, 2, 1))
        .isInstanceOf(PplException.class)
        .hasMessageContaining("times must ascend")
        .hasMessageContaining("[2.0, 1.0]");
    assertThatThrownBy(() -> solver.solve((t, y) -> y.subList(0, 1), start, 0, 1))
        .hasMessageContaining("2 components, the rates have 1");
    assertThatThrownBy(() -> RungeKutta.every(0)).hasMessageContaining("must be positive");
  }
}
