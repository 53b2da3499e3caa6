/**
 * Proposals that learn from their own importance weights: mixtures of Student-t distributions
 * fitted to a density by weighted expectation maximisation.
 *
 * <p>Start with {@link io.flowsvi.flows.importance.AdaptiveMixture}. Plain Java arrays throughout;
 * depends on {@code flows.mode} and {@code flows.diagnose}.
 */
package io.flowsvi.flows.importance;
