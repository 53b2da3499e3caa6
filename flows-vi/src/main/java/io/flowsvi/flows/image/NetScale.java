package io.flowsvi.flows.image;

import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * What the network of a coupling says about coordinates: y = e^s ⊙ z + t, s = 2 tanh(h/2).
 *
 * @param s the log scale, {@code [..., D]}
 * @param t the shift, {@code [..., D]}
 */
record NetScale(Tensor s, Tensor t) {
  /** From numbers {@code [..., 2 D]}: h, and t behind it. */
  static NetScale of(Tensor numbers) {
    int dim = numbers.shape().dim(-1) / 2;
    return new NetScale(
        numbers.slice(-1, 0, dim).times(0.5).tanh().times(2), numbers.slice(-1, dim, 2 * dim));
  }

  /** Without effect where a mask is 0. */
  NetScale masked(Tensor mask) {
    return new NetScale(s.times(mask), t.times(mask));
  }

  /** z to y. */
  Mapped forward(Tensor z) {
    return new Mapped(z.times(s.exp()).plus(t), s.sum(-1));
  }

  /** y to z. */
  Mapped inverse(Tensor y) {
    Tensor back = s.negate();
    return new Mapped(y.minus(t).times(back.exp()), back.sum(-1));
  }
}
