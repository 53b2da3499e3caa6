/**
 * Density fitting: flows trained on data by maximum likelihood.
 *
 * <p>Start with {@link io.flowsvi.flows.density.MaximumLikelihood}. The result is a {@link
 * io.flowsvi.flows.density.DensityFit}, which scores and samples on the scale of the data.
 */
package io.flowsvi.flows.density;
