package io.flowsvi.ppl.vector;

/**
 * Elementary functions to within 2 units of the last place over all numbers, written once for
 * single numbers and vectors of them, with the same bits. Each method writes one and returns the
 * local of its result.
 */
public interface Functions {
  /** Those of numbers of a width. */
  static Functions of(Width width) {
    return width == Width.DOUBLE ? new DoubleFunctions() : new SingleFunctions();
  }

  /** eˣ. */
  int exp(Lanes c, int x);

  /**
   * eˣ of x ≤ 0, as e^−|t| has it. Where no normal number is left, the result is that of the last x
   * which has one.
   */
  int expOfNegative(Lanes c, int x);

  /** eˣ − 1. */
  int expm1(Lanes c, int x);

  /** The hyperbolic tangent. */
  int tanh(Lanes c, int x);

  /** The natural logarithm. */
  int log(Lanes c, int x);

  /** log(1 + x). */
  int log1p(Lanes c, int x);

  /** log(1 + x) of 0 ≤ x ≤ 1, as e^−|t| is. */
  int log1pOfFraction(Lanes c, int x);
}
