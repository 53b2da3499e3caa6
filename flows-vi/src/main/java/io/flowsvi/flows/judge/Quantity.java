package io.flowsvi.flows.judge;

/**
 * A scalar with the k̂ of the weights it is averaged with.
 *
 * @param name of the scalar
 * @param kHat of the weights times its squared distance from its mean
 */
public record Quantity(String name, double kHat) {}
