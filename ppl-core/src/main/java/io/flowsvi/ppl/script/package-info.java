/**
 * Recordings as TorchScript: a step of large arrays as one call of libtorch.
 *
 * <p>Start from {@link io.flowsvi.ppl.script.ScriptProgram}; {@link
 * io.flowsvi.ppl.script.ScriptWriter} goes through the graph, {@link
 * io.flowsvi.ppl.script.Expressions} has the words of each primitive. Nothing here needs libtorch:
 * text goes out, and an engine's {@link io.flowsvi.ppl.tensor.Residence} runs it.
 */
package io.flowsvi.ppl.script;
