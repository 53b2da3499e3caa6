package io.flowsvi.ppl.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.assertions.CompiledAgreement;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearRecurrenceTest {
  private static final double ROUNDING = 1e-12;

  private static Param param(ParamScope scope, String name, int... shape) {
    return scope.param(name, Shape.of(shape), Init.normal(0.6));
  }

  /** x_t = a_t x_{t−1} + b_t, turn by turn. */
  private static double[] turns(double[] x0, double[] a, double[] b, int rows, int length) {
    double[] x = new double[rows * length];
    for (int r = 0; r < rows; r++) {
      double state = x0[r];
      for (int t = 0; t < length; t++) {
        state = a[a.length == 1 ? 0 : a.length == length ? t : r * length + t] * state;
        state += b[r * length + t];
        x[r * length + t] = state;
      }
    }
    return x;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 13, 64, 100})
  void equalsTheTurnsOneByOne(int length) {
    ParamStore store = new ParamStore(Seed.of(length));
    ParamScope scope = store.scope("p");
    Param initial = param(scope, "initial", 3, 1);
    Param input = param(scope, "input", 3, length);
    Param constant = param(scope, "constant", 1);
    Param shared = param(scope, "shared", length);
    Param own = param(scope, "own", 3, length);
    try (Session session = Session.open(1)) {
      for (Param factor : List.of(constant, shared, own)) {
        double[] x =
            session.compute(
                a ->
                    LinearRecurrence.of(initial.value(), factor.value(), input.value())
                        .toDoubles());
        double[] expected =
            turns(initial.toDoubles(), factor.toDoubles(), input.toDoubles(), 3, length);
        assertThat(x).containsExactly(expected, within(ROUNDING));
      }
    }
    CompiledAgreement.holds(
        store, seed -> LinearRecurrence.of(initial.value(), own.value(), input.value()));
  }

  /** Ten times the time is a few more rounds, not ten times the graph. */
  @Test
  void theGraphGrowsWithTheLogarithmOfTime() {
    assertThat(nodes(10_000)).isLessThan(2 * nodes(100));
  }

  private static int nodes(int length) {
    ParamStore store = new ParamStore(Seed.of(1));
    Param factor = param(store.scope("p"), "factor", 1);
    return Recorder.recordGradient(
            store,
            r ->
                LinearRecurrence.of(
                        Tensor.number(1).expand(Shape.of(1)),
                        factor.value(),
                        Arena.current().zeros(Shape.of(length)))
                    .sum())
        .graph()
        .nodes()
        .size();
  }

  @Test
  void aFactorOfAnotherLengthIsRefused() {
    try (Session session = Session.open(1)) {
      assertThatThrownBy(
              () ->
                  session.compute(
                      a ->
                          LinearRecurrence.of(
                              a.zeros(Shape.of(1)), a.zeros(Shape.of(4)), a.zeros(Shape.of(5)))))
          .isInstanceOf(ShapeException.class)
          .hasMessageContaining("the factor must be [..., 5] or [..., 1], got");
    }
  }
}
