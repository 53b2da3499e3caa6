package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * A parameter of a distribution.
 *
 * @param name as in the Javadoc of the distribution
 * @param value its value
 * @param rule what it must obey
 */
public record Argument(String name, Tensor value, Rule rule) {}
