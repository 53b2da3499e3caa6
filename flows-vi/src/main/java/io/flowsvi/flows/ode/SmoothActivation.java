package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/** What a hidden unit of a field does: smooth, since a solver's order counts derivatives. */
public enum SmoothActivation {
  /** tanh p: bounded. */
  TANH,
  /** log(1 + e^p). */
  SOFTPLUS,
  /** p·sigmoid(p). */
  SWISH;

  /** The value and the derivative at p, element by element. */
  Bent apply(Tensor p) {
    return switch (this) {
      case TANH -> {
        Tensor h = p.tanh();
        yield new Bent(h, Tensor.number(1).minus(h.square()));
      }
      case SOFTPLUS -> new Bent(p.softplus(), p.sigmoid());
      case SWISH -> {
        // (p s)' = s + p s (1 − s).
        Tensor s = p.sigmoid();
        Tensor h = p.times(s);
        yield new Bent(h, s.plus(h.minus(h.times(s))));
      }
    };
  }

  /** The value alone. */
  Tensor value(Tensor p) {
    return switch (this) {
      case TANH -> p.tanh();
      case SOFTPLUS -> p.softplus();
      case SWISH -> p.times(p.sigmoid());
    };
  }

  /**
   * A unit's output.
   *
   * @param value h(p)
   * @param slope h'(p)
   */
  record Bent(Tensor value, Tensor slope) {}
}
