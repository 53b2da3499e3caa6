package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * What a field does at a point: where the point goes, and how the space around it grows.
 *
 * @param velocity f(x, t), {@code [..., D]}
 * @param divergence tr ∂f/∂x, or an estimate of it, {@code [...]}
 * @param energy the rate of a training penalty, {@code [...]}, or the number 0
 */
public record Flowline(Tensor velocity, Tensor divergence, Tensor energy) {
  /** Without a penalty. */
  public Flowline(Tensor velocity, Tensor divergence) {
    this(velocity, divergence, Tensor.number(0));
  }

  /** The velocity alone, where a stage has no weight in the integral of the divergence. */
  static Flowline of(Tensor velocity) {
    return new Flowline(velocity, Tensor.number(0));
  }
}
