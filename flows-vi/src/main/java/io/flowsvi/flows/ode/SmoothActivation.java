package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * What a hidden unit of a field does: smooth, since a solver's order counts derivatives.
 *
 * <p>A unit is h(p) = scale·g(rate·p) + offset. The three numbers go into the weights around it,
 * which are smaller than batches; g is what every row pays for. So tanh p = 2 sigmoid(2p) − 1 costs
 * a sigmoid, in libtorch's float32 an eighth of its tanh.
 */
public enum SmoothActivation {
  /** tanh p: bounded. */
  TANH(2, 2, -1),
  /** log(1 + e^p). */
  SOFTPLUS(1, 1, 0),
  /** p·sigmoid(p). */
  SWISH(1, 1, 0);

  private final double rate;
  private final double scale;
  private final double offset;

  SmoothActivation(double rate, double scale, double offset) {
    this.rate = rate;
    this.scale = scale;
    this.offset = offset;
  }

  double rate() {
    return rate;
  }

  double scale() {
    return scale;
  }

  double offset() {
    return offset;
  }

  /** g and its derivative, element by element. */
  Bent apply(Tensor p) {
    return switch (this) {
      case TANH -> {
        Tensor s = p.sigmoid();
        yield new Bent(s, s.minus(s.square()));
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

  /** g alone. */
  Tensor value(Tensor p) {
    return switch (this) {
      case TANH -> p.sigmoid();
      case SOFTPLUS -> p.softplus();
      case SWISH -> p.times(p.sigmoid());
    };
  }

  /**
   * What every row pays for.
   *
   * @param value g(p)
   * @param slope g'(p)
   */
  record Bent(Tensor value, Tensor slope) {}
}
