package io.flowsvi.ppl.tensor.derivative;

import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Unary;

/** Backward rules of element-wise primitives; null means: no gradient. */
final class ElementwiseDerivatives {
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
  private static final double LOG_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private ElementwiseDerivatives() {}

  static Tensor unary(Unary op, Tensor x, Tensor y, Tensor g) {
    return switch (op) {
      case NEGATE -> g.negate();
      case ABS -> g.times(x.sign());
      case SQUARE -> g.times(x).times(2);
      case SQRT -> g.over(y).times(0.5);
      case RECIPROCAL -> g.times(y.square()).negate();
      case EXP -> g.times(y);
      case EXPM1 -> g.times(y.plus(1));
      case LOG -> g.over(x);
      case LOG1P -> g.over(x.plus(1));
      case SIN -> g.times(x.cos());
      case COS -> g.times(x.sin()).negate();
      case SINH -> g.times(x.cosh());
      case COSH -> g.times(x.sinh());
      case TANH -> g.times(y.square().negate().plus(1));
      // cosh(asinh x) = √(1 + x²), written so that x² does not overflow.
      case ASINH -> g.over(y.cosh());
      case ATAN -> g.over(x.square().plus(1));
      case SIGMOID -> g.times(y.times(x.negate().sigmoid()));
      case SOFTPLUS -> g.times(x.sigmoid());
      case ERF -> g.times(x.square().negate().exp().times(TWO_OVER_SQRT_PI));
      case ERF_INVERSE -> g.times(y.square().exp().over(TWO_OVER_SQRT_PI));
      case LOG_NORMAL_CDF -> g.times(x.square().times(-0.5).minus(y).minus(LOG_SQRT_TWO_PI).exp());
      case LGAMMA -> g.times(x.digamma());
      case DIGAMMA -> g.times(x.trigamma());
      case BESSEL_I0E -> g.times(x.besselI1e().minus(x.sign().times(y)));
      case BESSEL_I1E -> {
        Tensor zero = x.equalTo(0);
        Tensor ratio = zero.select(Tensor.number(0.5), y.over(x.plus(zero)));
        yield g.times(x.besselI0e().minus(ratio).minus(x.sign().times(y)));
      }
      case SIGN, FLOOR, STOP_GRADIENT -> null;
      case TRIGAMMA -> throw new PplException("trigamma has no derivative rule here.");
    };
  }

  static Tensor binary(Binary op, Tensor[] in, int which, Tensor y, Tensor g) {
    Tensor a = in[0];
    Tensor b = in[1];
    boolean first = which == 0;
    return switch (op) {
      case PLUS -> g;
      case MINUS -> first ? g : g.negate();
      case TIMES -> g.times(first ? b : a);
      case OVER -> first ? g.over(b) : g.times(y).over(b).negate();
      case POW -> first ? g.times(b.times(a.pow(b.minus(1)))) : powExponent(a, y, g);
      case MAXIMUM -> g.times(first ? wins(b, a) : wins(a, b));
      case MINIMUM -> g.times(first ? wins(a, b) : wins(b, a));
      case ATAN2 -> {
        Tensor square = a.square().plus(b.square());
        yield first ? g.times(b).over(square) : g.times(a).over(square).negate();
      }
      case LOG_BETA -> g.times((first ? a : b).digamma().minus(a.plus(b).digamma()));
      case LESS, LESS_EQUAL, EQUAL -> null;
      case STANDARD_GAMMA_DERIVATIVE ->
          throw new PplException("The implicit gamma derivative has no derivative rule itself.");
    };
  }

  /** 1 where low &lt; high, ½ where equal. */
  private static Tensor wins(Tensor low, Tensor high) {
    return low.lessThan(high).plus(low.equalTo(high).times(0.5));
  }

  private static Tensor powExponent(Tensor a, Tensor y, Tensor g) {
    Tensor zero = a.equalTo(0);
    Tensor logA = zero.select(Tensor.number(1), a).log();
    return zero.select(Tensor.number(0), g.times(y).times(logA));
  }
}
