package io.flowsvi.ppl.tensor;

import org.apache.commons.numbers.gamma.LogBeta;

/** Element-wise functions of two arguments, with numpy's broadcasting. */
public enum Binary implements Primitive {
  /** a + b. */
  PLUS,
  /** a − b. */
  MINUS,
  /** a · b. */
  TIMES,
  /** a / b. */
  OVER,
  /** aᵇ; the gradient towards b is 0 where a is 0. */
  POW,
  /** The larger one; ties share the gradient. */
  MAXIMUM,
  /** The smaller one; ties share the gradient. */
  MINIMUM,
  /** The angle of the point (b, a), in (−π, π]. */
  ATAN2,
  /** 1 where a &lt; b, else 0; no gradient. */
  LESS,
  /** 1 where a ≤ b, else 0; no gradient. */
  LESS_EQUAL,
  /** 1 where a = b, else 0; no gradient. */
  EQUAL,
  /**
   * log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b) for a, b &gt; 0; unlike that sum it keeps its
   * digits where one of both is large.
   */
  LOG_BETA,
  /** The implicit derivative ∂z/∂α of a standard gamma draw z = b at concentration α = a. */
  STANDARD_GAMMA_DERIVATIVE;

  @Override
  public Shape shape(Shape... inputs) {
    return inputs[0].broadcast(inputs[1]);
  }

  /** The function at two numbers. */
  public double apply(double a, double b) {
    return switch (this) {
      case PLUS -> a + b;
      case MINUS -> a - b;
      case TIMES -> a * b;
      case OVER -> a / b;
      case POW -> Math.pow(a, b);
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case ATAN2 -> Math.atan2(a, b);
      case LESS -> a < b ? 1 : 0;
      case LESS_EQUAL -> a <= b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
      case LOG_BETA -> LogBeta.value(a, b);
      case STANDARD_GAMMA_DERIVATIVE -> GammaDraws.derivative(a, b);
    };
  }
}
