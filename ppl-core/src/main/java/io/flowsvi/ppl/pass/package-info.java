/**
 * Graphs in, quicker graphs of the same values out.
 *
 * <p>Start with {@link io.flowsvi.ppl.pass.Simplifier}, which every graph goes through (constants
 * folded, common parts once, cheap identities); {@link io.flowsvi.ppl.pass.ShortRows}, {@link
 * io.flowsvi.ppl.pass.Masks} and {@link io.flowsvi.ppl.pass.ColumnSums} prepare graphs for {@code
 * ppl.compile}, {@link io.flowsvi.ppl.pass.Joins} for {@code ppl.script}. A pass reads {@code
 * ppl.graph} and makes a new graph.
 */
package io.flowsvi.ppl.pass;
