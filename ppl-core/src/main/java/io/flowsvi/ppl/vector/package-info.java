/**
 * Code for single numbers and for vectors, written at run time.
 *
 * <p>Start with {@link io.flowsvi.ppl.vector.Lanes}, the arithmetic in which functions are written
 * once; {@link io.flowsvi.ppl.vector.Functions} are made of it, and the tiles of {@link
 * io.flowsvi.ppl.product.Products}. Numbers have a {@link io.flowsvi.ppl.vector.Width}; {@link
 * io.flowsvi.ppl.vector.Sweeps} go over all parameters of a fit. The Vector API is used where
 * {@link io.flowsvi.ppl.vector.VectorUnit} finds it. {@code ppl.compile} and the plain engine
 * depend on this package.
 */
package io.flowsvi.ppl.vector;
