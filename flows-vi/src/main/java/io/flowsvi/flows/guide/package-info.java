/**
 * What proposes values of a model's latents and knows their density.
 *
 * <p>Start with {@link io.flowsvi.flows.guide.Guide}; the usual one is {@link
 * io.flowsvi.flows.guide.AutoGuide}, which turns any sampler into a guide of any model. Depends on
 * {@code ppl.model} and {@code ppl.dist}.
 */
package io.flowsvi.flows.guide;
