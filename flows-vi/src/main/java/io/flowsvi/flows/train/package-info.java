/**
 * Fits: the loop, what it remembers, and what comes out of it.
 *
 * <p>Start with {@link io.flowsvi.flows.train.Svi}, then {@link io.flowsvi.flows.train.Fit} and
 * {@link io.flowsvi.flows.train.Posterior}. Nothing here prints: progress goes to {@link
 * io.flowsvi.flows.train.SviListener}. Depends on {@code flows.guide}, {@code flows.objective} and
 * {@code flows.diagnose}.
 */
package io.flowsvi.flows.train;
