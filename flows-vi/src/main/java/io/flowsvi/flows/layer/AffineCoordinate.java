package io.flowsvi.flows.layer;

import io.flowsvi.flows.layer.MaskedAffine.Scale;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;

/**
 * One coordinate of a {@link MaskedAffine} undone: z = (y − m) e^{−s}, or for a gate (y − m)/g + m.
 *
 * @param scale what the second number means
 */
record AffineCoordinate(Scale scale) implements OneByOne.Coordinate {
  @Override
  public Mapped find(Tensor y, Tensor numbers) {
    Tensor m = numbers.slice(0, 0, 1);
    Tensor h = numbers.slice(0, 1, 2);
    Tensor rest = y.minus(m);
    if (scale == Scale.GATED) {
      Tensor open = h.plus(Scale.GATE_BIAS);
      return new Mapped(rest.over(open.sigmoid()).plus(m), open.negate().softplus());
    }
    Tensor s = scale.log(h).negate();
    return new Mapped(rest.times(s.exp()), s);
  }

  @Override
  public void find(double[] y, double[][] numbers, double[] logSlopes) {
    double[] m = numbers[0];
    double[] h = numbers[1];
    for (int n = 0; n < y.length; n++) {
      double s =
          switch (scale) {
            case SOFT -> -2 * Math.tanh(0.5 * h[n]);
            case FREE -> -h[n];
            // −log g = log(1 + e^{−a}).
            case GATED -> softplus(-h[n] - Scale.GATE_BIAS);
          };
      y[n] = (y[n] - m[n]) * Math.exp(s) + (scale == Scale.GATED ? m[n] : 0);
      logSlopes[n] += s;
    }
  }

  private static double softplus(double a) {
    return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
  }
}
