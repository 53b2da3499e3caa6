package io.flowsvi.flows.residual;

import io.flowsvi.ppl.tensor.Tensor;

/** Activations whose slope is never above 1 in size, so that they expand no distance. */
public enum UnitSlope {
  /**
   * x sigmoid(b x)/1.1 with a learned b = log(1 + e^β): unlike a ReLU's, its second derivative is
   * not 0, so that the log-determinant trains. Chen, Behrmann, Duvenaud and Jacobsen (2019), eq.
   * 10.
   */
  LIP_SWISH {
    @Override
    Tensor value(Tensor a, Tensor b) {
      return a.times(a.times(b).sigmoid()).over(SWISH_SLOPE);
    }

    @Override
    Tensor slope(Tensor a, Tensor b) {
      Tensor ab = a.times(b);
      Tensor s = ab.sigmoid();
      return s.plus(ab.times(s).times(s.negate().plus(1))).over(SWISH_SLOPE);
    }
  },
  /** x above 0, e^x − 1 below: as in i-ResNet. Has no parameter. */
  ELU {
    @Override
    Tensor value(Tensor a, Tensor b) {
      // The exponential is limited to the branch where it is taken, so that it cannot overflow.
      return a.relu().plus(a.minimum(0).expm1());
    }

    @Override
    Tensor slope(Tensor a, Tensor b) {
      return a.minimum(0).exp();
    }
  };

  /** Above the largest slope of x sigmoid(x), 1.09984. */
  private static final double SWISH_SLOPE = 1.1;

  /** The activation of each a. */
  abstract Tensor value(Tensor a, Tensor b);

  /** Its derivative at each a, in [−1, 1]. */
  abstract Tensor slope(Tensor a, Tensor b);
}
