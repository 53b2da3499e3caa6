/**
 * Products of matrices and triangular systems, into arrays that exist already.
 *
 * <p>Start with {@link io.flowsvi.ppl.product.Products}; {@link
 * io.flowsvi.ppl.product.MaskedProducts} leave out what a mask has no ones for, {@link
 * io.flowsvi.ppl.product.Substitution} solves. With the Vector API {@code Tiles} written by {@code
 * ppl.vector} do the work, without it loops that HotSpot makes vectors of. {@code ppl.compile} and
 * the plain engine depend on this package.
 */
package io.flowsvi.ppl.product;
