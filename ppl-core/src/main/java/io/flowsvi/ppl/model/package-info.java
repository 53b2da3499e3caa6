/**
 * The modelling language: a {@link io.flowsvi.ppl.model.Model} is ordinary Java code over a {@link
 * io.flowsvi.ppl.model.Context}; an inference task is an implementation of Context.
 *
 * <p>Start with Model and Context, then {@link io.flowsvi.ppl.model.ModelStructure}. Depends on
 * {@code ppl.dist} and what that depends on.
 */
package io.flowsvi.ppl.model;
