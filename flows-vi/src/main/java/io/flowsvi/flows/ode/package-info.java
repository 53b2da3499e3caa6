/**
 * Continuous flows: vector fields, their divergence, and what integrates them.
 *
 * <p>Start with {@link io.flowsvi.flows.ode.Continuous}, the layer. A {@link
 * io.flowsvi.flows.ode.VectorField} carries derivatives beside its velocity ({@link
 * io.flowsvi.flows.ode.FieldNet} is the network to train); a {@link io.flowsvi.flows.ode.Solver}
 * takes steps of a {@link io.flowsvi.ppl.ode.ButcherTableau}, fixed, adaptive, or adaptive and kept
 * from one training step to the next; {@link io.flowsvi.flows.ode.Divergence} says how training
 * finds the trace. Depends on {@code flows.layer}.
 */
package io.flowsvi.flows.ode;
