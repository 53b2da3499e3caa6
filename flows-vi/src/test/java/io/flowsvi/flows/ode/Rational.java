package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A field with a known solution: each coordinate obeys x' = x² cos t, so x(t) = 1/(1/x(0) − sin t)
 * and the divergence integrates to Σ 2 log x(t)/x(0).
 */
record Rational(int dim) implements VectorField {
  static double exact(double start, double t) {
    return 1 / (1 / start - Math.sin(t));
  }

  @Override
  public Tensor velocity(double t, Tensor x) {
    return x.square().times(Math.cos(t));
  }

  @Override
  public Flowline at(double t, Tensor x) {
    return new Flowline(velocity(t, x), x.sum(-1).times(2 * Math.cos(t)));
  }

  @Override
  public Tangents push(double t, Tensor x, Tensor directions) {
    Tensor slope = x.times(2 * Math.cos(t)).unsqueeze(-2);
    return new Tangents(velocity(t, x), directions.times(slope));
  }
}
