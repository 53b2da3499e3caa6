package io.flowsvi.flows.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The mistakes other libraries made with splines, each with its test. */
class SplinePitfallsTest {
  private static Bijection spline(Tensor raw) {
    return new Spline(1, 8, 3).bind(new Values(Map.of("raw", raw)));
  }

  private static double[] wild() {
    double[] raw = new double[23];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = 6 * Math.sin(3.7 * i);
    }
    return raw;
  }

  @Test
  void farOutsideTheBoxItIsTheIdentityWithFiniteGradients() {
    double[] x = {-1e6, -3.0000001, -3, 3, 3.0000001, 1e6};
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Gradient g =
                Tape.gradient(
                    wild(),
                    Shape.of(1, 23),
                    raw -> {
                      Mapped there = spline(raw).forward(a.tensor(x, Shape.of(6, 1)));
                      Mapped back = spline(raw).inverse(a.tensor(x, Shape.of(6, 1)));
                      return there
                          .value()
                          .sum()
                          .plus(there.logDet().sum())
                          .plus(back.value().sum())
                          .plus(back.logDet().sum());
                    });
            assertThat(Arrays.stream(g.gradients().get(0)).allMatch(Double::isFinite)).isTrue();
            Mapped there =
                spline(a.tensor(wild(), Shape.of(1, 23))).forward(a.tensor(x, Shape.of(6, 1)));
            assertThat(there.value().toDoubles()).containsExactly(x, within(1e-12));
            return null;
          });
    }
  }

  @Test
  void theInverseHoldsOnAndBesideEveryKnot() {
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            Bijection spline = spline(a.tensor(wild(), Shape.of(1, 23)));
            int n = 6001;
            double[] x = new double[n];
            for (int i = 0; i < n; i++) {
              x[i] = -3 + 6.0 * i / (n - 1);
            }
            Mapped there = spline.forward(a.tensor(x, Shape.of(n, 1)));
            double[] y = there.value().toDoubles();
            for (int i = 1; i < n; i++) {
              assertThat(y[i]).as("monotone").isGreaterThan(y[i - 1]);
            }
            double[] back = spline.inverse(there.value()).value().toDoubles();
            for (int i = 0; i < n; i++) {
              assertThat(back[i]).isCloseTo(x[i], within(1e-9));
            }
            return null;
          });
    }
  }

  /** The slope is 1 on both sides of the bound, whatever the numbers: no kink where tails begin. */
  @Test
  void tailsJoinSmoothly() {
    double[] x = {-3 - 1e-9, -3 + 1e-9, 3 - 1e-9, 3 + 1e-9};
    try (Session session = Session.open(1)) {
      session.compute(
          a -> {
            for (double[] raw : new double[][] {wild(), new double[23]}) {
              Bijection spline = spline(a.tensor(raw, Shape.of(1, 23)));
              Mapped there = spline.forward(a.tensor(x, Shape.of(4, 1)));
              Mapped back = spline.inverse(a.tensor(x, Shape.of(4, 1)));
              assertThat(there.logDet().toDoubles()).containsExactly(new double[4], within(1e-4));
              assertThat(back.logDet().toDoubles()).containsExactly(new double[4], within(1e-4));
            }
            return null;
          });
    }
  }

  @Test
  void oneBinIsRefused() {
    assertThatThrownBy(() -> new Spline(2, 1, 3)).hasMessageContaining("at least 2 bins");
  }
}
