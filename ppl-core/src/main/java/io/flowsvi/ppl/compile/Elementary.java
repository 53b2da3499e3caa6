package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Unary;

/** Scalar functions that generated loops call; small ones are inlined by HotSpot. */
final class Elementary {
  private static final Unary[] UNARY = Unary.values();
  private static final Binary[] BINARY = Binary.values();

  private Elementary() {}

  /** Any function of one number. */
  static double unary(double x, int op) {
    return UNARY[op].apply(x);
  }

  /** Any function of two numbers. */
  static double binary(double a, double b, int op) {
    return BINARY[op].apply(a, b);
  }

  static double less(double a, double b) {
    return a < b ? 1 : 0;
  }

  static double lessEqual(double a, double b) {
    return a <= b ? 1 : 0;
  }

  static double equal(double a, double b) {
    return a == b ? 1 : 0;
  }

  static double select(double condition, double yes, double no) {
    return condition != 0 ? yes : no;
  }

  static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  static double softplus(double x) {
    return Math.max(x, 0) + log1p(Math.exp(-Math.abs(x)));
  }

  /**
   * log(1 + x) with HotSpot's own logarithm: log(u)·x/(u − 1), u = 1 + x, whose two errors cancel
   * (Goldberg 1991, theorem 4).
   */
  static double log1p(double x) {
    double u = 1 + x;
    if (u == 1) {
      return x;
    }
    return Double.isInfinite(u) || x < -0.5 ? Math.log1p(x) : Math.log(u) * (x / (u - 1));
  }
}
