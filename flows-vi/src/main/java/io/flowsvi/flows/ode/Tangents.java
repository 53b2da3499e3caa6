package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A velocity and its derivatives along some directions.
 *
 * @param velocity f(x, t), {@code [..., D]}
 * @param images (∂f/∂x) v of each direction, {@code [..., K, D]}
 */
public record Tangents(Tensor velocity, Tensor images) {}
