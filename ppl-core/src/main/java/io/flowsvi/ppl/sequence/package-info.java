/**
 * Likelihoods of sequences with hidden states, in logarithmic depth.
 *
 * <p>Start with {@link io.flowsvi.ppl.sequence.HiddenChain}. Depends on {@code ppl.tensor}.
 */
package io.flowsvi.ppl.sequence;
