package io.flowsvi.ppl.vector;

import io.flowsvi.ppl.vector.Lanes.Test;
import java.util.ArrayList;
import java.util.List;

/**
 * Functions of doubles.
 *
 * <p>Arguments are reduced as in Cody and Waite (1980); the polynomials are minimax, computed by
 * Remez's exchange with 60 digits, errors below 4·10⁻¹⁸. All steps are exact or rounded once, with
 * fused products, so that numbers and vectors have the same bits.
 */
final class DoubleFunctions implements Functions {
  /** Adding it leaves the nearest whole number in the lowest bits of the sum. */
  private static final double ROUND = 0x1.8p52;

  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_HIGH = 0.6931471803691238;
  private static final double LN2_LOW = 1.9082149292705877e-10;
  private static final int MANTISSA = 52;
  private static final long BIAS = 1023;

  /** (eʳ − 1 − r)/r² on |r| ≤ ½ log 2. */
  private static final double[] EXP = {
    0.5000000000000011,
    0.1666666666666641,
    0.04166666666652973,
    0.00833333333349498,
    0.0013888888943759893,
    0.0001984126950576604,
    2.480149294966484e-05,
    2.7557586811282347e-06,
    2.7630306247961874e-07,
    2.500001637788809e-08
  };

  /** (log((1 + s)/(1 − s)) − 2s)/s³ as a polynomial of s², √½ ≤ (1 + s)/(1 − s) ≤ √2. */
  private static final double[] LOG = {
    0.6666666666666735,
    0.3999999999941109,
    0.28571428743262645,
    0.2222219847598908,
    0.18183569739671385,
    0.15313903249932703,
    0.1479750767904653
  };

  /** The same where 1/3 bounds s: errors below 9·10⁻¹⁷, which s³ makes 3·10⁻¹⁸. */
  private static final double[] LOG_TO_TWO = {
    0.6666666666666666,
    0.4000000000001525,
    0.28571428566947993,
    0.2222222273231083,
    0.1818178874617806,
    0.15385588027776656,
    0.13313869552871646,
    0.12003520001586172,
    0.08788981657328898,
    0.161875775199694
  };

  /** By Estrin's scheme: neighbours are joined in pairs, so that few steps wait for each other. */
  private static int polynomial(Lanes c, int x, double[] coefficients) {
    List<Integer> terms = new ArrayList<>();
    for (double coefficient : coefficients) {
      terms.add(c.number(coefficient));
    }
    int power = x;
    while (terms.size() > 1) {
      List<Integer> pairs = new ArrayList<>();
      for (int i = 0; i + 1 < terms.size(); i += 2) {
        pairs.add(c.fma(terms.get(i + 1), power, terms.get(i)));
      }
      if (terms.size() % 2 == 1) {
        pairs.add(terms.get(terms.size() - 1));
      }
      terms = pairs;
      power = terms.size() > 1 ? c.times(power, power) : power;
    }
    return terms.get(0);
  }

  /** x = k log 2 + r: k as the lowest bits of a number, and as a number; r; what r lacks. */
  private record Reduced(int rounded, int k, int rest, int lacks) {}

  private static Reduced reduce(Lanes c, int x) {
    int rounded = c.fma(x, c.number(LOG2_E), c.number(ROUND));
    int k = c.minus(rounded, c.number(ROUND));
    int high = c.fma(k, c.number(-LN2_HIGH), x);
    int rest = c.fma(k, c.number(-LN2_LOW), high);
    int lacks = c.fma(k, c.number(-LN2_LOW), c.minus(high, rest));
    return new Reduced(rounded, k, rest, lacks);
  }

  /** 2ᵏ (1 + r + r² Q(r)); the power in two factors, which reach beyond the normal numbers. */
  @Override
  public int exp(Lanes c, int x) {
    int low = c.where(x, Test.LESS, c.number(-746), c.number(-746), x);
    int y = c.where(c.number(710), Test.LESS, low, c.number(710), low);
    int rounded = c.fma(y, c.number(LOG2_E), c.number(ROUND));
    int k = c.minus(rounded, c.number(ROUND));
    int r = c.fma(k, c.number(-LN2_LOW), c.fma(k, c.number(-LN2_HIGH), y));
    int q = polynomial(c, r, EXP);
    int p = c.plus(c.fma(c.times(r, r), q, r), c.number(1));
    int power = c.plusBits(c.bits(rounded), 2 * BIAS - Double.doubleToRawLongBits(ROUND));
    int half = c.shiftRight(power, 1);
    int first = c.ofBits(c.shiftLeft(half, MANTISSA));
    int second = c.ofBits(c.shiftLeft(c.minusBits(power, half), MANTISSA));
    return c.times(c.times(p, first), second);
  }

  /**
   * Of x ≤ 0, as e^−|t| has it: −k is added to the exponent, a third less to do. Below −708, where
   * no normal number is left, the result is that of −708.
   */
  @Override
  public int expOfNegative(Lanes c, int x) {
    int y = c.where(x, Test.LESS, c.number(-708), c.number(-708), x);
    int rounded = c.fma(y, c.number(-LOG2_E), c.number(ROUND));
    int k = c.minus(rounded, c.number(ROUND));
    int r = c.fma(k, c.number(LN2_LOW), c.fma(k, c.number(LN2_HIGH), y));
    int q = polynomial(c, r, EXP);
    int p = c.plus(c.fma(c.times(r, r), q, r), c.number(1));
    return c.ofBits(c.minusBits(c.bits(p), c.shiftLeft(c.bits(rounded), MANTISSA)));
  }

  /** 2 (2^{k−1} p + (2^{k−1} − ½)) with p = eʳ − 1. */
  @Override
  public int expm1(Lanes c, int x) {
    int low = c.where(x, Test.LESS, c.number(-60), c.number(-60), x);
    int y = c.where(c.number(710), Test.LESS, low, c.number(710), low);
    return c.where(x, Test.EQUAL, c.number(0), x, expm1Within(c, y));
  }

  private static int expm1Within(Lanes c, int y) {
    Reduced reduced = reduce(c, y);
    int r = reduced.rest();
    int q = polynomial(c, r, EXP);
    int p = c.plus(r, c.fma(c.times(r, r), q, reduced.lacks()));
    int power = c.plusBits(c.bits(reduced.rounded()), BIAS - 1 - Double.doubleToRawLongBits(ROUND));
    int half = c.ofBits(c.shiftLeft(power, MANTISSA));
    int sum = c.fma(half, p, c.minus(half, c.number(0.5)));
    return c.plus(sum, sum);
  }

  /** e/(e + 2) with e = e^{2|x|} − 1, and the sign of x. */
  @Override
  public int tanh(Lanes c, int x) {
    int size = c.abs(x);
    int twice = c.plus(size, size);
    int y = c.where(c.number(44), Test.LESS, twice, c.number(44), twice);
    int e = expm1Within(c, y);
    int t = c.over(e, c.plus(e, c.number(2)));
    return c.ofBits(c.orBits(c.bits(t), c.andBits(c.bits(x), Long.MIN_VALUE)));
  }

  /** The bits of x = 2ᵏ m, √½ ≤ m &lt; √2: k with an offset of BIAS, and m. */
  private record Split(int power, int mantissa) {}

  private static Split split(Lanes c, int x) {
    int bits = c.bits(x);
    long root = Double.doubleToRawLongBits(Math.sqrt(0.5));
    int power = c.shiftRight(c.plusBits(bits, (BIAS << MANTISSA) - root), MANTISSA);
    int m = c.plusBits(c.minusBits(bits, c.shiftLeft(power, MANTISSA)), BIAS << MANTISSA);
    return new Split(power, c.ofBits(m));
  }

  /** k as a number, plus a number. */
  private static int power(Lanes c, Split split, int plus) {
    double magic = 0x1p52;
    int number = c.ofBits(c.plusBits(split.power(), Double.doubleToRawLongBits(magic)));
    return c.plus(c.minus(number, c.number(magic + BIAS)), plus);
  }

  /** log(1 + x) of 0 ≤ x ≤ 1, as e^−|t| is: nothing to split off, half the operations. */
  @Override
  public int log1pOfFraction(Lanes c, int x) {
    int s = c.over(x, c.plus(x, c.number(2)));
    int z = c.times(s, s);
    int r = c.times(z, polynomial(c, z, LOG_TO_TWO));
    int half = c.times(c.times(x, x), c.number(0.5));
    return c.minus(x, c.minus(half, c.times(s, c.plus(half, r))));
  }

  /** k log 2 + log(1 + f): f − (f²/2 − s (f²/2 + R(s²))), s = f/(2 + f). */
  private static int logOf(Lanes c, int k, int f) {
    int s = c.over(f, c.plus(f, c.number(2)));
    int z = c.times(s, s);
    int r = c.times(z, polynomial(c, z, LOG));
    int half = c.times(c.times(f, f), c.number(0.5));
    int tail = c.fma(s, c.plus(half, r), c.times(k, c.number(LN2_LOW)));
    return c.fma(k, c.number(LN2_HIGH), c.minus(f, c.minus(half, tail)));
  }

  /** Of a positive number the result, of others what a logarithm is there. */
  private static int logAt(Lanes c, int x, int result) {
    int infinity = c.number(Double.POSITIVE_INFINITY);
    int zero = c.number(0);
    int finite = c.where(x, Test.EQUAL, infinity, x, result);
    int none =
        c.where(x, Test.EQUAL, zero, c.number(Double.NEGATIVE_INFINITY), c.number(Double.NaN));
    return c.where(zero, Test.LESS, x, finite, none);
  }

  @Override
  public int log(Lanes c, int x) {
    int tiny = c.number(Double.MIN_NORMAL);
    int y = c.where(x, Test.LESS, tiny, c.times(x, c.number(0x1p54)), x);
    int scale = c.where(x, Test.LESS, tiny, c.number(-54), c.number(0));
    Split split = split(c, y);
    int f = c.minus(split.mantissa(), c.number(1));
    return logAt(c, x, logOf(c, power(c, split, scale), f));
  }

  /** The logarithm of u = 1 + x, with what u lacks (Knuth's exact sum) put into f. */
  @Override
  public int log1p(Lanes c, int x) {
    int one = c.number(1);
    int u = c.plus(one, x);
    int part = c.minus(u, one);
    int lacks = c.plus(c.minus(one, c.minus(u, part)), c.minus(x, part));
    Split split = split(c, u);
    int f = c.minus(split.mantissa(), one);
    int inverse =
        c.ofBits(
            c.shiftLeft(
                c.minusBits(c.bits(c.number(0)), c.plusBits(split.power(), -2 * BIAS)), MANTISSA));
    int exact = c.where(x, Test.LESS, c.number(0x1p60), c.fma(lacks, inverse, f), f);
    int result = logAt(c, u, logOf(c, power(c, split, c.number(0)), exact));
    return c.where(x, Test.EQUAL, c.number(0), x, result);
  }
}
