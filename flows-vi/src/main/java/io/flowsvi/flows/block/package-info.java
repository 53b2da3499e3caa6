/**
 * Block neural autoregressive flows: one monotone network instead of a network that emits numbers.
 *
 * <p>Start with {@link io.flowsvi.flows.block.BlockAutoregressive}, the layer; {@code BlockLinear}
 * is its weight matrix, {@code BlockMap} the map of given numbers and its inverse. Depends on
 * {@code flows.layer}.
 */
package io.flowsvi.flows.block;
