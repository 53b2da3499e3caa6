package io.flowsvi.flows.judge;

import io.flowsvi.ppl.model.BatchLogDensity;

/** A density that counts how often it is asked. */
final class CountedDensity implements BatchLogDensity {
  private final BatchLogDensity inner;
  private long values;
  private long gradients;

  CountedDensity(BatchLogDensity inner) {
    this.inner = inner;
  }

  @Override
  public int dim() {
    return inner.dim();
  }

  @Override
  public double[] values(double[] points) {
    values += points.length / dim();
    return inner.values(points);
  }

  @Override
  public double[] gradients(double[] points, double[] into) {
    gradients += points.length / dim();
    return inner.gradients(points, into);
  }

  long valueCount() {
    return values;
  }

  long gradientCount() {
    return gradients;
  }

  /** Gradients taken elsewhere, by a training step. */
  void addGradients(long more) {
    gradients += more;
  }
}
