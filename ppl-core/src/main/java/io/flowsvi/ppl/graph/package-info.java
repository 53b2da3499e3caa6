/**
 * Computations written down: a graph of pure operations with static shapes, recorded by running
 * tensor code once.
 *
 * <p>Start with {@link io.flowsvi.ppl.graph.Recorder}. Reverse mode uses the same rules as every
 * engine ({@code tensor.derivative}), so gradients are nodes of the same graph. Depends on {@code
 * ppl.tensor}; {@code ppl.pass} makes quicker graphs of it, {@code ppl.compile} and {@code
 * ppl.script} code.
 */
package io.flowsvi.ppl.graph;
