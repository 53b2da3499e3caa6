package io.flowsvi.ppl.vector;

import java.math.BigDecimal;
import java.math.MathContext;

/** Elementary functions to 50 digits, by series. */
final class Digits {
  private static final MathContext PRECISION = new MathContext(60);
  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  private Digits() {}

  /** The value at an argument where it is a rule and not a number to be rounded; else NaN. */
  static double special(String name, double x) {
    boolean logarithm = name.startsWith("log");
    double pole = name.equals("log1p") ? -1 : 0;
    if (logarithm && x == pole) {
      return Double.NEGATIVE_INFINITY;
    }
    if (x == 0) {
      return name.equals("exp") ? 1 : x;
    }
    if (logarithm) {
      return x == Double.POSITIVE_INFINITY ? x : Double.NaN;
    }
    if (name.equals("tanh")) {
      return Math.abs(x) > 40 ? Math.signum(x) : Double.NaN;
    }
    if (x > 710) {
      return Double.POSITIVE_INFINITY;
    }
    return x < -750 ? (name.equals("exp") ? 0 : -1) : Double.NaN;
  }

  static BigDecimal exp(BigDecimal x) {
    return x.signum() < 0
        ? BigDecimal.ONE.divide(exp(x.negate()), PRECISION)
        : expm1(x).add(BigDecimal.ONE, PRECISION);
  }

  /** By its series at x/2ᵏ, doubled k times: e^{2y} − 1 = e (e + 2). */
  static BigDecimal expm1(BigDecimal x) {
    int halvings = Math.max(0, x.precision() - x.scale() + 1) * 4;
    BigDecimal y = x.divide(TWO.pow(halvings), PRECISION);
    BigDecimal term = y;
    BigDecimal sum = y;
    for (int n = 2; n < 60; n++) {
      term = term.multiply(y, PRECISION).divide(BigDecimal.valueOf(n), PRECISION);
      sum = sum.add(term, PRECISION);
    }
    for (int k = 0; k < halvings; k++) {
      sum = sum.multiply(sum.add(TWO), PRECISION);
    }
    return sum;
  }

  static BigDecimal log(BigDecimal x) {
    return log1p(x.subtract(BigDecimal.ONE));
  }

  /** Halley's step y + 2(1 + x − e^y)/(1 + x + e^y), which triples the digits of a double. */
  static BigDecimal log1p(BigDecimal x) {
    if (x.abs().compareTo(new BigDecimal("1e-30")) < 0) {
      return x.subtract(x.multiply(x, PRECISION).divide(TWO, PRECISION), PRECISION);
    }
    boolean near = x.abs().compareTo(new BigDecimal("0.5")) < 0;
    double start =
        near
            ? StrictMath.log1p(x.doubleValue())
            : StrictMath.log(x.add(BigDecimal.ONE).doubleValue());
    BigDecimal y = new BigDecimal(start);
    BigDecimal e = exp(y);
    BigDecimal one = x.add(BigDecimal.ONE);
    BigDecimal difference = near ? x.subtract(expm1(y)) : one.subtract(e);
    BigDecimal sum = one.add(e);
    return y.add(TWO.multiply(difference).divide(sum, PRECISION), PRECISION);
  }

  static BigDecimal tanh(BigDecimal x) {
    BigDecimal e = expm1(x.multiply(TWO));
    return e.divide(e.add(TWO), PRECISION);
  }
}
