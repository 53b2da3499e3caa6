/**
 * Kernels over arrays that exist already: products of matrices, triangular systems, rows by an
 * index.
 *
 * <p>Start with {@link io.flowsvi.ppl.product.Products}; {@link
 * io.flowsvi.ppl.product.MaskedProducts} leave out what a mask has no ones for, {@link
 * io.flowsvi.ppl.product.Substitution} solves; {@link io.flowsvi.ppl.product.Calls} chooses for an
 * operation of a graph. With the Vector API {@code Tiles} written by {@code ppl.vector} do the
 * work, without it loops that HotSpot makes vectors of. {@code ppl.compile} and the plain engine
 * depend on this package.
 *
 * <p>Its sources are compiled twice: {@code ppl.product.single} is made of them for floats.
 */
package io.flowsvi.ppl.product;
