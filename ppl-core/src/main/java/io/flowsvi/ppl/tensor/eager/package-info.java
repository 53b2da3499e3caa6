/**
 * The libtorch engine through DJL: operations at once, gradients by libtorch.
 *
 * <p>Start with {@link io.flowsvi.ppl.tensor.eager.TorchEngineProvider}. This and {@code
 * flows.net.djl} are the only packages that see DJL. Rules kept here, each for a measured reason:
 * no operand is ever a Java number (DJL would let libtorch read a freed buffer in the backward
 * pass), no tensor shares memory with a Java array, every result is closed with its arena.
 */
package io.flowsvi.ppl.tensor.eager;
