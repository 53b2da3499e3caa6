package io.flowsvi.flows.train;

/**
 * The ELBO of the parameters after a step, on draws that training never saw.
 *
 * @param step how many steps had been made
 * @param elbo the estimate, in nats
 * @param standardError of the estimate
 */
public record Evaluation(long step, double elbo, double standardError) {}
