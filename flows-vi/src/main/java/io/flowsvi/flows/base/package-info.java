/**
 * What chains start from besides the standard normal, and mixtures of whole flows.
 *
 * <p>Start with {@link io.flowsvi.flows.base.FlowMixture}; {@link
 * io.flowsvi.flows.base.StudentBase} is a base with heavy tails. Depends on {@code ppl.dist} only.
 */
package io.flowsvi.flows.base;
