/**
 * Says whether a fit can be trusted: Pareto-smoothed importance weights and their verdict.
 *
 * <p>Start with {@link io.flowsvi.flows.diagnose.PsisReport}. Works on Java arrays only; depends on
 * {@code ppl.tensor} for seeds and errors.
 */
package io.flowsvi.flows.diagnose;
