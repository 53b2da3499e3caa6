/**
 * Maps between real vectors of one shape, with log-determinants.
 *
 * <p>Start with {@link io.flowsvi.ppl.transform.Transform}: a transform maps one way; a {@link
 * io.flowsvi.ppl.transform.Bijection} both ways. Depends on {@code ppl.tensor} only.
 */
package io.flowsvi.ppl.transform;
