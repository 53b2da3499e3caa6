package io.flowsvi.ppl.tensor;

import java.util.List;

/**
 * A scalar and its derivatives.
 *
 * @param value the scalar
 * @param gradients one array for each input, in the inputs' row-major order
 */
public record Gradient(double value, List<double[]> gradients) {}
