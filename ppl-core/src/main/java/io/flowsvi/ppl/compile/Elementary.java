package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.tensor.Binary;
import io.flowsvi.ppl.tensor.Unary;

/** The scalar definitions, as generated loops call them: by number. */
final class Elementary {
  private static final Unary[] UNARY = Unary.values();
  private static final Binary[] BINARY = Binary.values();

  private Elementary() {}

  static double unary(double x, double op) {
    return UNARY[(int) op].apply(x);
  }

  static double binary(double a, double b, double op) {
    return BINARY[(int) op].apply(a, b);
  }
}
