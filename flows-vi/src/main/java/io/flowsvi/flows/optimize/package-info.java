/**
 * Optimisers over blocks of parameters, their step-size schedules and the averaging of iterates.
 *
 * <p>Start with {@link io.flowsvi.flows.optimize.Optimizer}; {@link io.flowsvi.flows.optimize.Adam}
 * is the default. Nothing here knows a model or a guide.
 */
package io.flowsvi.flows.optimize;
