/**
 * Residual flows: x + g(x) with a network g that is a contraction by construction.
 *
 * <p>Start with {@link io.flowsvi.flows.residual.Residual}, the layer, and {@link
 * io.flowsvi.flows.residual.Contraction}, its network; {@code SpectralBound} is what keeps every
 * weight matrix below its limit. Depends on {@code flows.layer}.
 */
package io.flowsvi.flows.residual;
