package io.flowsvi.ppl.transform;

import io.flowsvi.ppl.tensor.Tensor;

/** A {@link Transform} whose inverse can be computed, too. */
public interface Bijection extends Transform {
  /** y is {@code [..., D]}; the preimage, and the log-determinant of the inverse map at y. */
  Mapped inverse(Tensor y);

  /** The same map read backwards. */
  default Bijection inverted() {
    Bijection self = this;
    return new Bijection() {
      @Override
      public Mapped forward(Tensor x) {
        return self.inverse(x);
      }

      @Override
      public Mapped inverse(Tensor y) {
        return self.forward(y);
      }

      @Override
      public Bijection inverted() {
        return self;
      }
    };
  }
}
