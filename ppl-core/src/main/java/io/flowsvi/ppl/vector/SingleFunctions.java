package io.flowsvi.ppl.vector;

import io.flowsvi.ppl.vector.Lanes.Test;

/**
 * Functions of floats.
 *
 * <p>Arguments are reduced as in Cody and Waite (1980); the polynomials are minimax, computed by
 * Remez's exchange with 60 digits, their coefficients rounded to floats one after another, each
 * time the others fitted anew. All steps are exact or rounded once, with fused products, so that
 * numbers and vectors have the same bits. The test holds them to these errors, in units of the last
 * place: exp 0.9, expOfNegative 0.9, expm1 1.6, tanh 1.4, log 1.0, log1p 1.3, log1pOfFraction 1.5.
 */
final class SingleFunctions implements Functions {
  private static final int MANTISSA = 23;
  private static final int BIAS = 127;

  /** Adding it leaves the nearest whole number in the lowest bits of the sum. */
  private static final double ROUND = 0x1.8p23;

  /** The number whose lowest bits are a whole number, less which it is the whole number itself. */
  private static final double WHOLE = 0x1p23;

  private static final double LOG2_E = 1.442695;
  private static final double LN2 = 0.6931472;

  /** Of 16 bits: its products with whole numbers below 256 are exact. */
  private static final double LN2_HIGH = 0.693145751953125;

  private static final double LN2_LOW = 1.4286068e-06;

  /** eʳ on |r| ≤ ½ log 2: errors below 4·10⁻⁹. */
  private static final double[] EXP = {
    1, 1, 0.49999994, 0.16666517, 0.041668102, 0.0083691655, 0.0013838003
  };

  /** The same of 2r. */
  private static final double[] EXP_OF_TWICE = {
    1, 2, 1.9999998, 1.3333213, 0.66668963, 0.2678133, 0.08856322
  };

  /** (eʳ − 1 − r)/r² on |r| ≤ ½ log 2: the result's errors are below 2·10⁻⁸. */
  private static final double[] EXPM1 = {
    0.49999997, 0.16666539, 0.04166775, 0.008367088, 0.0013837861
  };

  /** (tanh x − x)/x³ as a polynomial of x², |x| ≤ 5/8: the result's errors are below 5·10⁻⁹. */
  private static final double[] TANH = {
    -0.3333328, 0.13331406, -0.053736515, 0.020628167, -0.0056922967
  };

  /** (log(1 + f) − f)/f² on −¼ ≤ f ≤ ½: the result's errors are below 6·10⁻⁹. */
  private static final double[] LOG = {
    -0.5,
    0.33333462,
    -0.25000194,
    0.19990371,
    -0.16642524,
    0.1447524,
    -0.13208233,
    0.10588555,
    -0.046015304
  };

  /** The same on 0 ≤ f ≤ 1: errors below 4·10⁻⁸. */
  private static final double[] LOG_TO_TWO = {
    -0.49999648,
    0.3332133,
    -0.24857217,
    0.19153848,
    -0.13754188,
    0.07920883,
    -0.0300683,
    0.0053654225
  };

  /** By Horner's scheme, the most exact and the fewest operations. */
  private static int polynomial(Lanes c, int x, double[] coefficients) {
    int sum = c.number(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = c.fma(sum, x, c.number(coefficients[i]));
    }
    return sum;
  }

  /** x = k log 2 + r: k plus an offset as the lowest bits of a number, and r. */
  private record Reduced(int rounded, int rest) {}

  private static Reduced reduce(Lanes c, int x, int offset) {
    int rounded = c.fma(x, c.number(LOG2_E), c.number(ROUND + offset));
    int k = c.minus(rounded, c.number(ROUND + offset));
    int high = c.fma(k, c.number(-LN2_HIGH), x);
    return new Reduced(rounded, c.fma(k, c.number(-LN2_LOW), high));
  }

  /** The number whose exponent is in the lowest bits of another. */
  private static int power(Lanes c, int rounded) {
    return c.ofBits(c.shiftLeft(c.bits(rounded), MANTISSA));
  }

  /**
   * The power eʳ 2^{k±64}, a normal number, times 2^{∓64}, which overflows or is rounded as it
   * should.
   */
  @Override
  public int exp(Lanes c, int x) {
    int low = c.where(x, Test.LESS, c.number(-104), c.number(-104), x);
    int y = c.where(c.number(89), Test.LESS, low, c.number(89), low);
    Reduced reduced = reduce(c, y, 2 * BIAS);
    int p = polynomial(c, reduced.rest(), EXP);
    int second = c.where(y, Test.LESS, c.number(0), c.number(0x1p-64), c.number(0x1p64));
    int both = c.shiftLeft(c.bits(reduced.rounded()), MANTISSA);
    int first = c.ofBits(c.minusBits(both, c.bits(second)));
    return c.times(c.times(p, first), second);
  }

  /** The power eʳ 2ᵏ. Below −87 the result is that of −87. */
  @Override
  public int expOfNegative(Lanes c, int x) {
    int y = c.where(x, Test.LESS, c.number(-87), c.number(-87), x);
    Reduced reduced = reduce(c, y, BIAS);
    return c.times(polynomial(c, reduced.rest(), EXP), power(c, reduced.rounded()));
  }

  /** 2 (2^{k−1} p + (2^{k−1} − ½)) with p = eʳ − 1. */
  @Override
  public int expm1(Lanes c, int x) {
    int low = c.where(x, Test.LESS, c.number(-18), c.number(-18), x);
    int y = c.where(c.number(89), Test.LESS, low, c.number(89), low);
    Reduced reduced = reduce(c, y, BIAS - 1);
    int r = reduced.rest();
    int p = c.fma(c.times(r, r), polynomial(c, r, EXPM1), r);
    int half = power(c, reduced.rounded());
    int sum = c.fma(half, p, c.minus(half, c.number(0.5)));
    return c.where(x, Test.EQUAL, c.number(0), x, c.plus(sum, sum));
  }

  /** Of |x|, with the sign of x: below 5/8 a polynomial; above, 1 − 2/(e^{2|x|} + 1). */
  @Override
  public int tanh(Lanes c, int x) {
    int size = c.abs(x);
    int z = c.times(x, x);
    int small = c.fma(c.times(size, z), polynomial(c, z, TANH), size);
    int y = c.where(c.number(10), Test.LESS, size, c.number(10), size);
    double round = ROUND + BIAS;
    int rounded = c.fma(y, c.number(2 * LOG2_E), c.number(round));
    int k = c.minus(rounded, c.number(round));
    int p = polynomial(c, c.fma(k, c.number(-LN2 / 2), y), EXP_OF_TWICE);
    int rest = c.over(c.number(2), c.fma(power(c, rounded), p, c.number(1)));
    int large = c.minus(c.number(1), rest);
    int t = c.where(size, Test.LESS, c.number(0.625), small, large);
    return c.ofBits(c.orBits(c.bits(t), c.andBits(c.bits(x), Integer.MIN_VALUE)));
  }

  /** Bits of a number 2ᵏ m, ¾ ≤ m &lt; 3/2, plus what makes their exponent k + BIAS. */
  private static int moved(Lanes c, int x) {
    return c.plusBits(c.bits(x), Float.floatToRawIntBits(1) - Float.floatToRawIntBits(0.75f));
  }

  /** The exponent of such bits as a number, less BIAS or more. */
  private static int exponent(Lanes c, int moved, int less) {
    int whole = c.plusBits(c.shiftRight(moved, MANTISSA), Float.floatToRawIntBits((float) WHOLE));
    return c.minus(c.ofBits(whole), less);
  }

  /** k log 2 + log(1 + f), and f². */
  private static int logOf(Lanes c, int k, int f, int square) {
    return c.fma(k, c.number(LN2), c.fma(square, polynomial(c, f, LOG), f));
  }

  /** The result, but minus infinity at the pole and nothing below it. */
  private static int above(Lanes c, double pole, int x, int result) {
    int infinity = c.number(Double.NEGATIVE_INFINITY);
    int none = c.where(x, Test.EQUAL, c.number(pole), infinity, c.number(Double.NaN));
    return c.where(c.number(pole), Test.LESS, x, result, none);
  }

  @Override
  public int log(Lanes c, int x) {
    int tiny = c.number(Float.MIN_NORMAL);
    int y = c.where(x, Test.LESS, tiny, c.times(x, c.number(0x1p23)), x);
    double less = WHOLE + BIAS;
    int ofTiny = c.number(less + 23);
    int moved = moved(c, y);
    int k = exponent(c, moved, c.where(x, Test.LESS, tiny, ofTiny, c.number(less)));
    int mantissa = c.andBits(moved, (1 << MANTISSA) - 1);
    int m = c.ofBits(c.plusBits(mantissa, Float.floatToRawIntBits(0.75f)));
    int f = c.minus(m, c.number(1));
    int result = logOf(c, k, f, c.times(f, f));
    int infinity = c.number(Double.POSITIVE_INFINITY);
    return above(c, 0, x, c.where(x, Test.LESS, infinity, result, x));
  }

  /**
   * The logarithm of 1 + x = 2ᵏ (1 + f), with f = x 2⁻ᵏ + (2⁻ᵏ − 1): k is that of the rounded sum,
   * which nothing else is taken from. Only zeros and infinity are f², and they are the result.
   */
  @Override
  public int log1p(Lanes c, int x) {
    int one = c.number(1);
    int moved = moved(c, c.plus(x, one));
    int k = exponent(c, moved, c.number(WHOLE + BIAS));
    int exponent = c.andBits(moved, Float.floatToRawIntBits(Float.POSITIVE_INFINITY));
    // Minus zero has the bits of an exponent of 2·BIAS + 2: these are 2²⁻ᵏ, as 2⁻ᵏ may be
    // subnormal.
    int four = c.ofBits(c.minusBits(c.bits(c.number(-0.0)), exponent));
    int scale = c.times(four, c.number(0.25));
    int f = c.fma(x, scale, c.minus(scale, one));
    int square = c.times(f, f);
    int result = above(c, -1, x, logOf(c, k, f, square));
    return c.where(square, Test.EQUAL, x, x, result);
  }

  /** Nothing to split off, a third of the operations. */
  @Override
  public int log1pOfFraction(Lanes c, int x) {
    return c.fma(c.times(x, x), polynomial(c, x, LOG_TO_TWO), x);
  }
}
