/**
 * VAEs compared on the same test images: tables, result files, one page.
 *
 * <p>Start with {@link io.flowsvi.models.compare.VaeTable}. Depends on {@code models.vae}.
 */
package io.flowsvi.models.compare;
