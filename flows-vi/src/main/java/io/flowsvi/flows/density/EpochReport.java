package io.flowsvi.flows.density;

/**
 * One pass through the data.
 *
 * @param epoch its number, from 0
 * @param training mean negative log likelihood of the batches, in nats a row, on the data's scale;
 *     with the penalties of the layers where they have any
 * @param validation the same of the validation rows, after the pass
 * @param skipped steps left out because their loss or gradient was not finite
 */
public record EpochReport(int epoch, double training, double validation, int skipped) {}
