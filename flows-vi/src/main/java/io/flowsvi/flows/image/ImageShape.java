package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The sizes of an image; its numbers lie channel by channel, row by row in a vector of D = channels
 * · height · width.
 *
 * @param channels C, at least 1
 * @param height H, at least 1
 * @param width W, at least 1
 */
public record ImageShape(int channels, int height, int width) {
  /** Checks the sizes. */
  public ImageShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new LayerException(
          "An image needs at least 1 channel, row and column, got "
              + channels
              + ", "
              + height
              + " and "
              + width
              + ".");
    }
  }

  /** D. */
  public int size() {
    return channels * pixels();
  }

  /** H · W. */
  public int pixels() {
    return height * width;
  }

  /** {@code (C, H, W)}. */
  public Shape shape() {
    return Shape.of(channels, height, width);
  }

  /** An image of other channels and the same height and width. */
  public ImageShape withChannels(int other) {
    return new ImageShape(other, height, width);
  }

  /** Vectors {@code [..., D]} as images {@code [..., C, H, W]}. */
  public Tensor images(Tensor flat) {
    return flat.reshape(flat.shape().leading(-1).append(shape()));
  }

  /** Vectors {@code [..., D]} as {@code [..., C, H · W]}. */
  public Tensor channelRows(Tensor flat) {
    return flat.reshape(flat.shape().leading(-1).append(channels, pixels()));
  }

  /** Images {@code [..., C, H, W]} as vectors {@code [..., D]}. */
  public Tensor flat(Tensor images) {
    return images.reshape(images.shape().leading(-3).append(size()));
  }

  /** Sizes joined by a cross: {@code 1x8x8}. */
  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
