package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Tensor;

/**
 * Points carried along a field.
 *
 * @param value where they are, {@code [..., D]}
 * @param integral ∫ tr ∂f/∂x dt along the way: the log-determinant, {@code [...]}
 * @param energy of the penalty along the way, {@code [...]} or the number 0
 * @param report what it took
 */
public record Solution(Tensor value, Tensor integral, Tensor energy, SolveReport report) {}
