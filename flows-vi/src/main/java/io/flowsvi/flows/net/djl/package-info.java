/**
 * DJL blocks as networks: the only package beside {@code ppl.tensor.eager} that sees DJL.
 *
 * <p>Start with {@link io.flowsvi.flows.net.djl.BlockNet}.
 */
package io.flowsvi.flows.net.djl;
