/**
 * A fit without tuning: a ladder of guides, climbed until one passes, and a judgement of the draws.
 *
 * <p>Start with {@link io.flowsvi.flows.judge.AutoFit#of}. Depends on {@code flows.mode}, {@code
 * flows.importance} and {@code flows.train}.
 */
package io.flowsvi.flows.judge;
