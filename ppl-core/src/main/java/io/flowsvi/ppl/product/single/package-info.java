/**
 * The kernels of {@link io.flowsvi.ppl.product} on arrays of floats: with vectors that have twice
 * as many numbers.
 *
 * <p>There is no source here: {@code pom.xml} lets Maven copy that of {@code ppl.product} with
 * {@code float} in place of {@code double} before it compiles. What is written there must be right
 * for both: constants without a point, and no names of types of the package itself in imports.
 * {@code ppl.compile} depends on this package.
 */
package io.flowsvi.ppl.product.single;
