/**
 * Series and sequences with hidden states, in logarithmic depth.
 *
 * <p>Start with {@link io.flowsvi.ppl.sequence.LinearRecurrence}, then {@link
 * io.flowsvi.ppl.sequence.HiddenChain}. Depends on {@code ppl.tensor}.
 */
package io.flowsvi.ppl.sequence;
