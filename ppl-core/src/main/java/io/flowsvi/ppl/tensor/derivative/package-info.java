/**
 * How each primitive is differentiated backward, written in {@link io.flowsvi.ppl.tensor.Tensor}
 * operations, so that one rule serves every engine that has no autodiff of its own.
 *
 * <p>Start with {@link io.flowsvi.ppl.tensor.derivative.Derivatives}.
 */
package io.flowsvi.ppl.tensor.derivative;
