/**
 * Guice wiring of flows: {@link io.flowsvi.flows.inject.FlowsModule}, and the typed binder with
 * which users add families, listeners and settings.
 */
package io.flowsvi.flows.inject;
