/**
 * What a variational autoencoder is made of, by name: networks, posteriors, priors, pixel models.
 *
 * <p>Start with {@link io.flowsvi.models.vae.part.Vae}, which puts them together as a model, then
 * {@link io.flowsvi.models.vae.part.Posteriors}. Nothing here trains or scores.
 */
package io.flowsvi.models.vae.part;
