/**
 * Where a density is highest and how it curves there: starts for everything else.
 *
 * <p>Start with {@link io.flowsvi.flows.mode.ModeSearch}. Plain Java arrays throughout; depends on
 * {@code ppl.model} for densities.
 */
package io.flowsvi.flows.mode;
