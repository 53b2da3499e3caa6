/**
 * What held-out images are worth: bound, importance-weighted bound, its parts and its trust.
 *
 * <p>Start with {@link io.flowsvi.models.vae.score.VaeScores}; {@link
 * io.flowsvi.models.vae.score.ImageScorer} makes it, with as many samples as a {@link
 * io.flowsvi.models.vae.score.TestPlan} asks for.
 */
package io.flowsvi.models.vae.score;
