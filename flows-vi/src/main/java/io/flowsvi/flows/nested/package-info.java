/**
 * Proposals for models with a few outer latents and many inner ones that are near normal given
 * those: hierarchies, state spaces, Gaussian processes.
 *
 * <p>Start with {@link io.flowsvi.flows.nested.NestedLaplace}. The curvature of the inner latents
 * is sparse where they are conditionally independent, and is found, factored and drawn from as
 * such. Plain Java arrays throughout; depends on {@code flows.importance} and {@code flows.mode}.
 */
package io.flowsvi.flows.nested;
