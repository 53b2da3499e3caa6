/**
 * Whether to trust the draws of a fit: single checks, each with a grade, and the verdict they make.
 *
 * <p>Start with {@link io.flowsvi.flows.verdict.Judgement}. All fits, of one family or without
 * tuning, are judged here, in the same words. Depends on {@code flows.diagnose}.
 */
package io.flowsvi.flows.verdict;
