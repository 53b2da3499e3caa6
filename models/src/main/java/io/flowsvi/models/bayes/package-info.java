/**
 * Bundled Bayesian models with real data that any textbook prints.
 *
 * <p>Start with {@link io.flowsvi.models.bayes.EightSchools}. A model is a class over a {@code
 * Context} with a data record and a reader of Stan-style JSON.
 */
package io.flowsvi.models.bayes;
