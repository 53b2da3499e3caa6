package io.flowsvi.ppl.vector;

/** Functions of floats. */
final class SingleFunctions implements Functions {
  private static final String MATH = "java/lang/Math";

  @Override
  public int exp(Lanes c, int x) {
    return c.call(MATH, "exp", x);
  }

  @Override
  public int expOfNegative(Lanes c, int x) {
    return c.call(MATH, "exp", x);
  }

  @Override
  public int expm1(Lanes c, int x) {
    return c.call(MATH, "expm1", x);
  }

  @Override
  public int tanh(Lanes c, int x) {
    return c.call(MATH, "tanh", x);
  }

  @Override
  public int log(Lanes c, int x) {
    return c.call(MATH, "log", x);
  }

  @Override
  public int log1p(Lanes c, int x) {
    return c.call(MATH, "log1p", x);
  }

  @Override
  public int log1pOfFraction(Lanes c, int x) {
    return c.call(MATH, "log1p", x);
  }
}
