package io.flowsvi.ppl.tensor;

import org.apache.commons.numbers.gamma.Digamma;
import org.apache.commons.numbers.gamma.Erf;
import org.apache.commons.numbers.gamma.InverseErf;
import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.numbers.gamma.Trigamma;

/**
 * Element-wise functions of one argument; {@link #apply} is their scalar definition in plain Java.
 *
 * <p>Every engine must agree with {@code apply} to 1e-10 relative, tails included.
 */
public enum Unary implements Primitive {
  /** −x. */
  NEGATE,
  /** |x|; its derivative at 0 is 0. */
  ABS,
  /** −1, 0 or 1; no gradient. */
  SIGN,
  /** x². */
  SQUARE,
  /** √x. */
  SQRT,
  /** 1/x. */
  RECIPROCAL,
  /** eˣ. */
  EXP,
  /** eˣ − 1, accurate near 0. */
  EXPM1,
  /** log x. */
  LOG,
  /** log(1 + x), accurate near 0. */
  LOG1P,
  /** sin x. */
  SIN,
  /** cos x. */
  COS,
  /** sinh x. */
  SINH,
  /** cosh x. */
  COSH,
  /** tanh x. */
  TANH,
  /** Inverse of sinh, accurate near 0 and odd. */
  ASINH,
  /** Inverse of tan, in (−π/2, π/2). */
  ATAN,
  /** 1/(1 + e⁻ˣ). */
  SIGMOID,
  /** log(1 + eˣ) = max(x, 0) + log1p(e^−|x|). */
  SOFTPLUS,
  /** The error function. */
  ERF,
  /** Inverse of the error function on (−1, 1). */
  ERF_INVERSE,
  /** log Φ(x) of the standard normal, accurate in the lower tail. */
  LOG_NORMAL_CDF,
  /** log |Γ(x)|. */
  LGAMMA,
  /** Derivative of log Γ. */
  DIGAMMA,
  /** Derivative of digamma; x &gt; 0; it has no gradient rule. */
  TRIGAMMA,
  /** e^−|x| I₀(x), the scaled modified Bessel function of order 0. */
  BESSEL_I0E,
  /** e^−|x| I₁(x), the scaled modified Bessel function of order 1. */
  BESSEL_I1E,
  /** The largest whole number not above x; no gradient. */
  FLOOR,
  /** x, but constant for the gradient. */
  STOP_GRADIENT;

  private static final double SQRT_HALF = Math.sqrt(0.5);

  @Override
  public Shape shape(Shape... inputs) {
    return inputs[0];
  }

  /** The function at one number. */
  public double apply(double x) {
    return switch (this) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case EXPM1 -> Math.expm1(x);
      case LOG -> Math.log(x);
      case LOG1P -> Math.log1p(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case SINH -> Math.sinh(x);
      case COSH -> Math.cosh(x);
      case TANH -> Math.tanh(x);
      case ASINH -> asinh(x);
      case ATAN -> Math.atan(x);
      case SIGMOID -> sigmoid(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case ERF -> Erf.value(x);
      case ERF_INVERSE -> InverseErf.value(x);
      case LOG_NORMAL_CDF -> logNormalCdf(x);
      case LGAMMA -> lgamma(x);
      case DIGAMMA -> Digamma.value(x);
      case TRIGAMMA -> Trigamma.value(x);
      case BESSEL_I0E -> Bessel.i0e(x);
      case BESSEL_I1E -> Bessel.i1e(x);
      case FLOOR -> Math.floor(x);
      case STOP_GRADIENT -> x;
    };
  }

  private static double sigmoid(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  private static double asinh(double x) {
    double a = Math.abs(x);
    // Beyond 1e8 the 1 under the root is lost and a*a may overflow: log(2a) is then exact.
    double y =
        a > 1e8 ? Math.log(a) + Math.log(2) : Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1)));
    return Math.copySign(y, x);
  }

  private static double lgamma(double x) {
    return x == Double.POSITIVE_INFINITY ? x : LogGamma.value(x);
  }

  private static double logNormalCdf(double x) {
    if (x > -5) {
      return x > 6
          ? Math.log1p(-0.5 * org.apache.commons.numbers.gamma.Erfc.value(x * SQRT_HALF))
          : Math.log(0.5 * org.apache.commons.numbers.gamma.Erfc.value(-x * SQRT_HALF));
    }
    // erfc underflows at −38; its scaled form erfcx does not: Φ(x) = ½ e^{−x²/2} erfcx(−x/√2).
    return Math.log(0.5 * org.apache.commons.numbers.gamma.Erfcx.value(-x * SQRT_HALF))
        - 0.5 * x * x;
  }
}
