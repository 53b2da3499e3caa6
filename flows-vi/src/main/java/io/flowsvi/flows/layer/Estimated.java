package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A mapped value and a random, unbiased estimate of the map's log-determinant.
 *
 * <p>The gradient of {@code logDet} is an unbiased estimate of the log-determinant's gradient, too.
 *
 * @param value the image {@code [..., D]}, exact
 * @param logDet the estimate {@code [...]}
 * @param penalty what the layer adds to a training loss, {@code [...]} or the number 0
 */
public record Estimated(Tensor value, Tensor logDet, Tensor penalty) {}
