/**
 * Gradients of a loss at the end of a solve: through the steps, with checkpoints, or by the adjoint
 * equation. Start with {@link io.flowsvi.flows.ode.gradient.SolveGradient}. A tape around a {@link
 * io.flowsvi.flows.ode.Continuous} layer backpropagates through its steps without any of this.
 */
package io.flowsvi.flows.ode.gradient;
