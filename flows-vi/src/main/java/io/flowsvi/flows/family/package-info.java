/**
 * Named recipes: chains and guides that a user picks by name, with tuned defaults.
 *
 * <p>Start with {@link io.flowsvi.flows.family.Families}. A recipe is bound by one line in a Guice
 * module, or used with plain {@code new}.
 */
package io.flowsvi.flows.family;
