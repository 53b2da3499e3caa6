/**
 * Variational inference with normalizing flows.
 *
 * <p>Start with {@link io.flowsvi.flows.Vi}, which fits a model in one call; what it puts together
 * is in the packages below: {@code family} names guides, {@code train} fits them, {@code diagnose}
 * judges fits, {@code layer} has the flows themselves.
 */
package io.flowsvi.flows;
