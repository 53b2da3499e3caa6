package io.flowsvi.flows.norm;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Estimated;
import io.flowsvi.flows.layer.EstimatedLayer;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;

/**
 * A {@link BatchNorm} in training: m and v are the mean and variance of the batch, of which the
 * gradient knows.
 *
 * @param layer with the scales and shifts
 */
record BatchStatistics(BatchNorm layer) implements EstimatedLayer {
  @Override
  public BijectiveLayer exact() {
    return layer;
  }

  @Override
  public Estimated forward(Values values, Tensor x, Seed noise) {
    int dim = layer.dim();
    int count = x.shape().size() / dim;
    if (count < 2) {
      throw new LayerException(
          "BatchNorm was given a batch of "
              + count
              + " rows: one row has no variance. Likely fix: a larger batch, or a number of"
              + " training rows that leaves no rest of 1.");
    }
    Tensor rows = x.reshape(Shape.of(count, dim));
    Tensor mean = rows.mean(0);
    Tensor centred = x.minus(mean);
    Tensor variance = rows.minus(mean).square().mean(0).plus(BatchNorm.LEAST_VARIANCE);
    Tensor s = values.get("logScale").minus(variance.log().times(0.5));
    Tensor value = centred.times(s.exp()).plus(values.get("shift"));
    return new Estimated(value, s.sum(-1), Tensor.number(0));
  }
}
