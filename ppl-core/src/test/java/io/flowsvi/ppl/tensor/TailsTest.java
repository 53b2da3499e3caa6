package io.flowsvi.ppl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Values of primitives far out, computed with mpmath 1.3.0 at 50 digits; both engines must agree.
 */
class TailsTest {
  private static final double RELATIVE = 1e-10;

  private record Point(Unary function, double x, double value) {}

  static List<Point> points() {
    return List.of(
        new Point(Unary.LOG1P, 1e-20, 1e-20),
        new Point(Unary.LOG1P, -1e-12, -1.0000000000004999799e-12),
        new Point(Unary.EXPM1, 1e-20, 1e-20),
        new Point(Unary.EXPM1, -50, -1),
        new Point(Unary.SOFTPLUS, 800, 800),
        new Point(Unary.SOFTPLUS, 25, 25.000000000013887944),
        new Point(Unary.SOFTPLUS, -700, 9.8596765437597708567e-305),
        new Point(Unary.SIGMOID, -700, 9.8596765437597708567e-305),
        new Point(Unary.SIGMOID, 800, 1),
        new Point(Unary.LOG_NORMAL_CDF, -40, -804.60844201375378817),
        new Point(Unary.LOG_NORMAL_CDF, -10, -53.231285150512470578),
        new Point(Unary.LOG_NORMAL_CDF, -5.0001, -15.065517049221956743),
        new Point(Unary.LOG_NORMAL_CDF, 10, -7.619853024160526066e-24),
        new Point(Unary.LGAMMA, 1e-300, 690.77552789821370518),
        new Point(Unary.LGAMMA, 1e6, 12815504.56914761166),
        new Point(Unary.DIGAMMA, 1e-8, -100000000.57721564636),
        new Point(Unary.DIGAMMA, 1e8, 18.420680738952365464),
        new Point(Unary.TRIGAMMA, 1e-4, 100000001.64469367835),
        new Point(Unary.ERF_INVERSE, 1 - 1e-10, 4.5728249585449249378),
        new Point(Unary.ERF, 1e-20, 1.1283791670955125739e-20),
        new Point(Unary.ASINH, 1e300, 691.46867507877365057),
        new Point(Unary.ASINH, -1e-20, -1e-20),
        new Point(Unary.TANH, 400, 1),
        new Point(Unary.BESSEL_I0E, 1000, 0.012617240455891256586),
        new Point(Unary.BESSEL_I1E, 1e-10, 4.9999999995000001822e-11));
  }

  @ParameterizedTest
  @MethodSource("points")
  void valueIsRight(Point point) {
    for (Backend backend : Backend.values()) {
      try (Session session = Session.open(SessionSettings.of(1).withBackend(backend))) {
        double got =
            session.compute(
                a ->
                    a.tensor(new double[] {point.x()}, Shape.of(1)).apply(point.function()).item());
        assertThat(got)
            .as("%s of %s on %s", point.function(), point.x(), backend)
            .isCloseTo(point.value(), within(RELATIVE * Math.abs(point.value())));
      }
    }
  }
}
