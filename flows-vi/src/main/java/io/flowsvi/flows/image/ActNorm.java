package io.flowsvi.flows.image;

import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Scales and shifts each channel, by the same numbers at every pixel.
 *
 * <p>y = e^s ⊙ z + m; log|det| = H W Σ s. z is {@code [..., D]}, s and m have one number a channel.
 * Both directions cost D. Any real s is allowed. Starts at the identity, or from a batch of data,
 * so that each channel leaves with mean 0 and variance 1 ({@link #dataStart}). Kingma and Dhariwal
 * (2018), section 3.1.
 *
 * <p>It stands where flows of tables have {@link io.flowsvi.flows.norm.BatchNorm}, whose map in
 * training depends on the other rows of a batch.
 *
 * @param image C, H, W
 */
public record ActNorm(ImageShape image) implements ImageLayer {
  /** A channel that does not vary keeps its scale: there is nothing to learn from it. */
  private static final double LEAST_VARIANCE = 1e-12;

  @Override
  public ParamLayout layout() {
    Shape channels = Shape.of(image.channels());
    return ParamLayout.of("shift", channels).and("logScale", channels);
  }

  @Override
  public Optional<UnaryOperator<double[]>> dataStart() {
    return Optional.of(this::startFrom);
  }

  private double[] startFrom(double[] rows) {
    int channels = image.channels();
    double[] start = new double[2 * channels];
    int pixels = image.pixels();
    int count = rows.length / channels;
    for (int c = 0; c < channels; c++) {
      double mean = 0;
      for (int i = c * pixels; i < rows.length; i += dim()) {
        for (int k = 0; k < pixels; k++) {
          mean += rows[i + k] / count;
        }
      }
      double variance = 0;
      for (int i = c * pixels; i < rows.length; i += dim()) {
        for (int k = 0; k < pixels; k++) {
          variance += (rows[i + k] - mean) * (rows[i + k] - mean) / count;
        }
      }
      double logScale = variance > LEAST_VARIANCE ? -0.5 * Math.log(variance) : 0;
      start[c] = -mean * Math.exp(logScale);
      start[channels + c] = logScale;
    }
    return start;
  }

  @Override
  public Bijection bind(Values values) {
    Tensor shift = values.get("shift").unsqueeze(-1);
    Tensor s = values.get("logScale").unsqueeze(-1);
    Tensor logDet = values.get("logScale").sum(-1).times(image.pixels());
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        Tensor y = image.channelRows(z).times(s.exp()).plus(shift);
        return new Mapped(y.reshape(z.shape()), logDet);
      }

      @Override
      public Mapped inverse(Tensor y) {
        Tensor z = image.channelRows(y).minus(shift).times(s.negate().exp());
        return new Mapped(z.reshape(y.shape()), logDet.negate());
      }
    };
  }
}
