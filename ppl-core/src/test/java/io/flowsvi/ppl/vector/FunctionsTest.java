package io.flowsvi.ppl.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.ppl.compile.Program;
import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The functions of generated loops against 50 digits, over all numbers. Run with and without the
 * Vector API, this shows that both are right; that their bits agree is shown where it is present.
 */
class FunctionsTest {
  private static final double ULPS = 2;
  private static final double NONE = Double.NEGATIVE_INFINITY;

  /** Every scale and both signs, the borders of ranges, and what is no number. */
  private static final double[] EDGES = {
    0.0,
    -0.0,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MIN_NORMAL,
    -Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    1,
    -1,
    Math.nextDown(1.0),
    Math.nextUp(1.0),
    Math.nextUp(-1.0),
    Math.nextDown(-1.0),
    Math.sqrt(0.5),
    Math.nextDown(Math.sqrt(0.5)),
    Math.sqrt(2),
    709.782712893384,
    Math.nextUp(709.782712893384),
    -708.3964185322641,
    -744.4400719213812,
    -745.1332191019411,
    -745.1332191019412,
    22,
    -22,
    0x1p53,
    0x1p60,
    1e308
  };

  private record Function(
      String name,
      UnaryOperator<Tensor> tensor,
      UnaryOperator<BigDecimal> exact,
      double limit,
      double pole) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Exact values are asked where the result is a normal or subnormal number. */
  static Stream<Function> functions() {
    return Stream.of(
        new Function("exp", Tensor::exp, Digits::exp, 750, NONE),
        new Function("expm1", Tensor::expm1, Digits::expm1, 710, NONE),
        new Function("log", Tensor::log, Digits::log, Double.MAX_VALUE, 0),
        new Function("log1p", Tensor::log1p, Digits::log1p, Double.MAX_VALUE, -1),
        new Function("tanh", Tensor::tanh, Digits::tanh, 40, NONE));
  }

  private static double[] points(double limit) {
    UniformRandomProvider random = Seed.of(5).generator();
    DoubleStream scales =
        IntStream.range(0, 3000)
            .mapToDouble(
                i -> {
                  double x = (1 + random.nextDouble()) * Math.scalb(1, random.nextInt(2098) - 1074);
                  return random.nextBoolean() ? x : -x;
                });
    double near = Math.min(limit, 760);
    DoubleStream all =
        IntStream.range(0, 3000).mapToDouble(i -> near * (2 * random.nextDouble() - 1));
    DoubleStream small = IntStream.range(0, 3000).mapToDouble(i -> 4 * random.nextDouble() - 2);
    DoubleStream edges = DoubleStream.of(EDGES);
    return Stream.of(scales, all, small, edges).flatMapToDouble(s -> s).toArray();
  }

  private static double[] values(Function function, double[] x, int at, int count) {
    ParamStore store = new ParamStore(Seed.of(1));
    double[] part = java.util.Arrays.copyOfRange(x, at, at + count);
    Init given = (layout, seed, values) -> System.arraycopy(part, 0, values, 0, count);
    Param param = store.scope("p").param("x", Shape.of(count), given);
    Program program =
        new Program(Recorder.record(store, r -> List.of(function.tensor().apply(param.value()))));
    program.run(store.values(), Seed.of(1));
    return program.output(0).clone();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void valuesAreWithinTwoUnitsOfTheLastPlace(Function function) {
    double[] x = points(function.limit());
    double[] got = values(function, x, 0, x.length);
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      double expected = Digits.special(function.name(), x[i]);
      boolean none = Double.isNaN(x[i]) || x[i] < function.pole();
      if (none || !Double.isNaN(expected)) {
        assertThat(got[i]).as("%s(%s)", function, x[i]).isEqualTo(Double.valueOf(expected));
        continue;
      }
      BigDecimal exact = function.exact().apply(new BigDecimal(x[i]));
      if (Double.isInfinite(exact.doubleValue())) {
        assertThat(got[i])
            .as("%s(%s)", function, x[i])
            .isEqualTo(Double.valueOf(exact.doubleValue()));
        continue;
      }
      double error =
          exact.subtract(new BigDecimal(got[i])).abs().doubleValue()
              / Math.ulp(exact.doubleValue());
      assertThat(error).as("%s(%s) = %s", function, x[i], got[i]).isLessThanOrEqualTo(ULPS);
      worst = Math.max(worst, error);
    }
    // Rounding alone comes within a hundredth of a half: less, and the numbers were not looked at.
    assertThat(worst).as("worst of %s", function).isBetween(0.49, ULPS);
  }

  /** Single numbers are computed without vectors wherever those are not long enough. */
  @ParameterizedTest
  @MethodSource("functions")
  void numbersAndVectorsHaveTheSameBits(Function function) {
    double[] x = points(function.limit());
    double[] vectors = values(function, x, 0, x.length);
    for (int i = 0; i < x.length; i += 37) {
      double alone = values(function, x, i, 1)[0];
      assertThat(Double.doubleToLongBits(vectors[i]))
          .as("%s(%s)", function, x[i])
          .isEqualTo(Double.doubleToLongBits(alone));
    }
  }

  /** Softplus has functions of its own: x = e^−|t|, and the logarithm of 1 + x. */
  @Test
  void fractionsAndTheirLogarithmsAreWithinTwoUnits() {
    ParamStore store = new ParamStore(Seed.of(2));
    Init given =
        (layout, seed, values) -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = i < 2000 ? i / 200.0 : (i - 2000) * 0.373;
          }
        };
    Param t = store.scope("p").param("t", Shape.of(4000), given);
    Program program =
        new Program(
            Recorder.record(
                store,
                r -> {
                  Tensor x = t.value().abs().negate().exp();
                  return List.of(x, x.log1p());
                }));
    program.run(store.values(), Seed.of(1));
    double worst = 0;
    double worstOfExp = 0;
    for (int i = 0; i < 4000; i++) {
      double x = program.output(0)[i];
      worst = Math.max(worst, error(Digits.log1p(new BigDecimal(x)), program.output(1)[i]));
      double at = store.values()[i];
      if (at < 708) {
        worstOfExp = Math.max(worstOfExp, error(Digits.exp(new BigDecimal(-at)), x));
      } else {
        assertThat(x).as("e^-%s", at).isBetween(0.0, 1e-307);
      }
    }
    assertThat(worst).isBetween(0.49, ULPS);
    assertThat(worstOfExp).isBetween(0.49, ULPS);
  }

  /** In units of the last place. */
  private static double error(BigDecimal exact, double got) {
    return exact.subtract(new BigDecimal(got)).abs().doubleValue() / Math.ulp(exact.doubleValue());
  }

  @ParameterizedTest
  @MethodSource("functions")
  void noNumberStaysNone(Function function) {
    double[] nan = {Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN};
    assertThat(values(function, nan, 0, 5)).containsOnly(Double.NaN);
  }
}
