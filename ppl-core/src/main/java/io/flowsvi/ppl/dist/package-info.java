/**
 * Probability distributions, their supports, and what flows offer.
 *
 * <p>Start with {@link io.flowsvi.ppl.dist.Distribution} and {@link io.flowsvi.ppl.dist.Normal}.
 * Small interfaces say what a thing can do: {@link io.flowsvi.ppl.dist.Sampler}, {@link
 * io.flowsvi.ppl.dist.Density}, {@link io.flowsvi.ppl.dist.HasMean} and so on. Depends on {@code
 * ppl.tensor} and {@code ppl.transform}.
 */
package io.flowsvi.ppl.dist;
