package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.ConvolutionNet;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;

/**
 * Scales and shifts the pixels of one colour of a checkerboard by a convolutional network of the
 * others.
 *
 * <p>b is 1 on the pixels kept: y = b ⊙ z + (1 − b) ⊙ (e^s ⊙ z + t), (h, t) = net(b ⊙ z), s = 2
 * tanh(h/2); log|det| = Σ (1 − b) s. z is {@code [..., D]}. One pass of the network in either
 * direction. The weights are the layer's own; they start at the identity. Two of them, one for each
 * colour, move every pixel. Dinh, Sohl-Dickstein and Bengio (2017), section 3.4.
 */
public final class CheckerboardCoupling implements ImageLayer {
  /** Which pixels stay as they are. */
  public enum Kept {
    /** Those whose row and column have an even sum: the upper left one. */
    EVEN,
    /** The others. */
    ODD
  }

  private final ImageShape image;
  private final double[] kept;
  private final double[] moved;
  private final ConvolutionNet net;

  /** With a network of this many hidden channels; the image needs at least 2 pixels. */
  public CheckerboardCoupling(ImageShape image, Kept which, int hidden, ParamScope scope) {
    if (image.pixels() < 2) {
      throw new LayerException(
          "CheckerboardCoupling needs at least 2 pixels, got an image of " + image + ".");
    }
    this.image = image;
    this.kept = new double[image.size()];
    this.moved = new double[image.size()];
    for (int i = 0; i < kept.length; i++) {
      int pixel = i % image.pixels();
      boolean even = (pixel / image.width() + pixel % image.width()) % 2 == 0;
      kept[i] = even == (which == Kept.EVEN) ? 1 : 0;
      moved[i] = 1 - kept[i];
    }
    this.net =
        ConvolutionNet.of(scope, Activation.RELU, image.channels(), hidden, 2 * image.channels());
  }

  @Override
  public ImageShape image() {
    return image;
  }

  @Override
  public Bijection bind(Values values) {
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        return numbers(z).forward(z);
      }

      @Override
      public Mapped inverse(Tensor y) {
        return numbers(y).inverse(y);
      }
    };
  }

  private Tensor mask(double... mask) {
    return Arena.current().fixed(mask, Shape.of(mask.length));
  }

  /** Of the pixels kept, which are the same in z and y; for the others. */
  private NetScale numbers(Tensor x) {
    Tensor seen = net.apply(image.images(x.times(mask(kept))));
    return NetScale.of(image.withChannels(net.outputs()).flat(seen)).masked(mask(moved));
  }
}
