/**
 * Flow layers and chains of them.
 *
 * <p>Start with {@link io.flowsvi.flows.layer.Layer} (which numbers a map needs, and how they
 * become one) and {@link io.flowsvi.flows.layer.Chain} (layers in a row, read as pushforward or
 * pullback). A {@link io.flowsvi.flows.layer.Conditioner} supplies the numbers: constants or a
 * network. A new flow is one file here and one row in {@code TransformContractTest}.
 */
package io.flowsvi.flows.layer;
