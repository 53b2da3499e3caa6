package io.flowsvi.flows.norm;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.EstimatedLayer;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * Centres and scales each coordinate by the mean and variance of the data that reach it.
 *
 * <p>y = e^γ (x − m)/√v + β; log|det| = Σ γ − ½ log v. x is {@code [..., D]}, the numbers have D
 * each. Both directions cost D. v is kept as its logarithm, so that it is positive. m and v are not
 * trained but {@linkplain #settling counted} on the training rows at the end of each epoch: with
 * them fixed the map of a row is its own, and the layer has a density. While training m and v are
 * those of the batch: that map depends on the other rows, is no layer, and has a type of its own,
 * {@link #trained}. Takes data to noise: the pullback of an {@link
 * io.flowsvi.flows.layer.EstimatedChain}. Papamakarios, Pavlakou and Murray (2017), section 3.5 and
 * appendix B.
 */
public final class BatchNorm implements BijectiveLayer {
  /** Added to each variance, as in the paper: a constant coordinate stays finite. */
  static final double LEAST_VARIANCE = 1e-5;

  private final int dim;

  /** A layer of D coordinates. */
  public BatchNorm(int dim) {
    if (dim < 1) {
      throw new LayerException("BatchNorm needs at least 1 dimension, got " + dim + ".");
    }
    this.dim = dim;
  }

  @Override
  public int dim() {
    return dim;
  }

  @Override
  public ParamLayout layout() {
    Shape each = Shape.of(dim);
    return ParamLayout.of("mean", each)
        .and("logVariance", each)
        .and("shift", each)
        .and("logScale", each);
  }

  /** This layer in training, by the mean and variance of each batch, both with their gradient. */
  public EstimatedLayer trained() {
    return new BatchStatistics(this);
  }

  @Override
  public Optional<BinaryOperator<double[]>> settling() {
    return Optional.of(
        (numbers, rows) -> {
          double[] settled = numbers.clone();
          int count = rows.length / dim;
          for (int i = 0; i < dim; i++) {
            double mean = 0;
            for (int r = i; r < rows.length; r += dim) {
              mean += rows[r] / count;
            }
            double variance = 0;
            for (int r = i; r < rows.length; r += dim) {
              variance += (rows[r] - mean) * (rows[r] - mean) / count;
            }
            settled[i] = mean;
            settled[dim + i] = Math.log(variance + LEAST_VARIANCE);
          }
          return settled;
        });
  }

  @Override
  public Bijection bind(Values values) {
    Tensor mean = values.get("mean");
    Tensor shift = values.get("shift");
    Tensor s = values.get("logScale").minus(values.get("logVariance").times(0.5));
    Tensor logDet = s.sum(-1);
    return new Bijection() {
      @Override
      public Mapped forward(Tensor x) {
        return new Mapped(x.minus(mean).times(s.exp()).plus(shift), logDet);
      }

      @Override
      public Mapped inverse(Tensor y) {
        Tensor x = y.minus(shift).times(s.negate().exp()).plus(mean);
        return new Mapped(x, logDet.negate());
      }
    };
  }
}
