/**
 * The numeric floor: tensors, arenas, seeds, parameters.
 *
 * <p>Start with {@link io.flowsvi.ppl.tensor.Tensor} and {@link io.flowsvi.ppl.tensor.Session}.
 * Models and flows see this package only; engines implement {@link io.flowsvi.ppl.tensor.Engine}
 * for the closed list in {@link io.flowsvi.ppl.tensor.Primitive}. Depends on nothing else of this
 * library.
 */
package io.flowsvi.ppl.tensor;
