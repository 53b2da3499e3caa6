package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Turns blocks of pixels into channels: C, H, W to C a b, H/a, W/b; log|det| = 0.
 *
 * <p>Channel c, place (k, l) in its block becomes channel (c a + k) b + l. z is {@code [..., D]}.
 * Without cost either way. Dinh, Sohl-Dickstein and Bengio (2017), section 3.6.
 *
 * @param image C, H, W of the input
 * @param rows a, which divides H
 * @param columns b, which divides W
 */
public record Squeeze(ImageShape image, int rows, int columns) implements ImageLayer {
  /** Checks that blocks fill the image. */
  public Squeeze {
    if (rows < 1 || columns < 1 || image.height() % rows != 0 || image.width() % columns != 0) {
      throw new LayerException(
          "Squeeze cannot cut images of "
              + image
              + " into blocks of "
              + rows
              + " x "
              + columns
              + " pixels. Likely fix: images whose height and width are multiples of them.");
    }
  }

  /** Blocks of 2 by 2 pixels, the usual ones. */
  public Squeeze(ImageShape image) {
    this(image, 2, 2);
  }

  /** The sizes it leaves. */
  public ImageShape squeezed() {
    return new ImageShape(
        image.channels() * rows * columns, image.height() / rows, image.width() / columns);
  }

  @Override
  public Shape outputShape() {
    return squeezed().shape();
  }

  @Override
  public Bijection bind(Values values) {
    int c = image.channels();
    ImageShape after = squeezed();
    Shape cut = Shape.of(c, after.height(), rows, after.width(), columns);
    Shape joined = Shape.of(c, rows, columns, after.height(), after.width());
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return moved(z, cut, 0, 2, 4, 1, 3);
      }

      @Override
      public Mapped inverse(Tensor y) {
        return moved(y, joined, 0, 3, 1, 4, 2);
      }
    };
  }

  private static Mapped moved(Tensor x, Shape axes, int... order) {
    int batch = x.shape().rank() - 1;
    int[] all = new int[batch + order.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < batch ? i : batch + order[i - batch];
    }
    Tensor split = x.reshape(x.shape().leading(-1).append(axes));
    return new Mapped(split.permute(all).reshape(x.shape()), Tensor.number(0));
  }
}
