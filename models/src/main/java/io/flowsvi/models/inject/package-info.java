/**
 * Guice wiring of models: {@link io.flowsvi.models.inject.ModelsModule} and the binder with which
 * users add theirs.
 */
package io.flowsvi.models.inject;
