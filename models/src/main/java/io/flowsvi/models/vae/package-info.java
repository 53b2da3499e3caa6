/**
 * Variational autoencoders whose posterior a flow refines.
 *
 * <p>Start with {@link io.flowsvi.models.vae.VaeRun}, which trains a {@link
 * io.flowsvi.models.vae.VaeRecipe}. Encoders, posteriors, priors, decoders and pixel models ({@code
 * part}) are recipes that a user picks by name from a {@link io.flowsvi.models.vae.VaeCatalog};
 * whatever is amortised goes through {@code flows.layer.Network}. {@code score} says what the
 * result is worth. Depends on {@code models.image}.
 */
package io.flowsvi.models.vae;
