/**
 * Small networks over tensors: trunks of encoders, decoders, and the masked network of
 * autoregressive flows. Start with {@link io.flowsvi.flows.net.Net}.
 */
package io.flowsvi.flows.net;
