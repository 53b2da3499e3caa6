/**
 * Flow layers on images: invertible convolutions, couplings with convolutional networks, squeeze
 * and split.
 *
 * <p>An image is the front of a flat vector, channel by channel, so that chains, guides and
 * densities take these layers like any others; {@link io.flowsvi.flows.image.ImageShape} says how
 * it is read, and a chain refuses layers that read it differently. Start with {@link
 * io.flowsvi.flows.image.Glow}, which puts the layers together.
 */
package io.flowsvi.flows.image;
