package io.flowsvi.ppl.transform;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A mapped value and the log-determinant of the map at that point.
 *
 * @param value the image
 * @param logDet log |det ∂image/∂argument|, of the batch shape
 */
public record Mapped(Tensor value, Tensor logDet) {}
