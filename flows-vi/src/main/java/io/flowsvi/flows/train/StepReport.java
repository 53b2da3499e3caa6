package io.flowsvi.flows.train;

/**
 * What happened in one step.
 *
 * @param step its number, from 0
 * @param loss the negative bound, in nats
 * @param gradientNorm the gradient's Euclidean norm before clipping
 * @param learningRate the rate used
 * @param retries how often the step was rolled back before it was finite
 */
public record StepReport(
    long step, double loss, double gradientNorm, double learningRate, int retries) {}
