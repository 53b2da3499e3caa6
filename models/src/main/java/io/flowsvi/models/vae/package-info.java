/**
 * Variational autoencoders whose posterior a flow refines.
 *
 * <p>Start with {@link io.flowsvi.models.vae.Vae}: a model and its guide in a few lines. Encoders,
 * posteriors, priors, decoders and pixel models are recipes that a user picks by name; whatever is
 * amortised goes through {@code flows.layer.Network}. Depends on {@code models.image}.
 */
package io.flowsvi.models.vae;
