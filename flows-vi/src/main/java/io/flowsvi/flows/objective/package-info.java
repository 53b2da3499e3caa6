/**
 * What a fit maximises, read from the terms of log p and log q.
 *
 * <p>Start with {@link io.flowsvi.flows.objective.Objective} and {@link
 * io.flowsvi.flows.objective.Scores}: no objective runs the model again. Depends on {@code
 * flows.guide}.
 */
package io.flowsvi.flows.objective;
