/**
 * Ordinary differential equations inside models.
 *
 * <p>Start with {@link io.flowsvi.ppl.ode.Ode}, which a model solves with {@code ctx.ode}. The
 * steps are fixed, so a solve is a pure function of tensors and is differentiated as such. Depends
 * on {@code ppl.tensor}.
 */
package io.flowsvi.ppl.ode;
