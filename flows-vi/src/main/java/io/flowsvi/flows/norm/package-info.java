/**
 * Layers whose numbers are statistics of data: {@link io.flowsvi.flows.norm.BatchNorm}.
 *
 * <p>In training they follow the batch and are {@link io.flowsvi.flows.layer.EstimatedLayer}s;
 * afterwards they are fixed and layers like any other. Depends on {@code flows.layer}.
 */
package io.flowsvi.flows.norm;
