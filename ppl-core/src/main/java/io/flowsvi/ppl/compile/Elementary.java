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

  /** e/(e + 2) with e = e^{2|x|} − 1, by its series below 1: {@code Math.tanh} is not intrinsic. */
  static double tanh(double x) {
    double y = 2 * Math.abs(x);
    double e = y < 1 ? series(y) : Math.exp(y) - 1;
    return Math.copySign(y > 44 ? 1 : e / (e + 2), x);
  }

  /** Σ yⁿ/n! from n = 1 for y in [0, 1): all terms are positive, so that nothing cancels. */
  private static double series(double y) {
    double y2 = y * y;
    double y4 = y2 * y2;
    double y8 = y4 * y4;
    double low =
        C[2] + y * C[3] + y2 * (C[4] + y * C[5]) + y4 * (C[6] + y * C[7] + y2 * (C[8] + y * C[9]));
    double high =
        C[10]
            + y * C[11]
            + y2 * (C[12] + y * C[13])
            + y4 * (C[14] + y * C[15] + y2 * (C[16] + y * C[17]))
            + y8 * C[18];
    return y + y2 * (low + y8 * high);
  }

  private static final double[] C = new double[19];

  static {
    double factorial = 1;
    for (int n = 1; n < C.length; n++) {
      factorial *= n;
      C[n] = 1 / factorial;
    }
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
