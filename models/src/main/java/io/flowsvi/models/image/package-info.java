/**
 * Images as data: idx files, splits, binarisation, batches.
 *
 * <p>Start with {@link io.flowsvi.models.image.ImageSet}. Depends on {@code flows.train} for {@code
 * Batches} only.
 */
package io.flowsvi.models.image;
