/**
 * Posteriors with gold-standard reference moments: the models in the modelling language, and
 * readers for data and references of posteriordb and its relatives.
 *
 * <p>Start with {@link io.flowsvi.models.posteriordb.Posteriors}, the list by name. Data and
 * references are read from a folder, never bundled. Depends on {@code models.bayes} and {@code
 * models.data}.
 */
package io.flowsvi.models.posteriordb;
