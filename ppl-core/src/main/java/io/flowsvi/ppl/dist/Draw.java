package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A draw and its own log density.
 *
 * @param value {@code [batch + event]}
 * @param logProb {@code [batch]}
 */
public record Draw(Tensor value, Tensor logProb) {}
