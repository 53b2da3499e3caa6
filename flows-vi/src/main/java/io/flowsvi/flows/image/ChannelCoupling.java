package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.ConvolutionNet;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;

/**
 * Scales and shifts one half of the channels by a convolutional network of the other half.
 *
 * <p>z = (A, B) by channels, A the first ⌊C/2⌋: y_A = z_A, y_B = e^s ⊙ z_B + t, (h, t) = net(z_A),
 * s = 2 tanh(h/2); log|det| = Σ s. z is {@code [..., D]}. One pass of the network in either
 * direction. The weights are the layer's own; they start at the identity. An {@link
 * InvertibleConvolution} between such layers lets every channel reach every other. Dinh,
 * Sohl-Dickstein and Bengio (2017), section 3.4; Kingma and Dhariwal (2018), section 3.3, whose
 * scale sigmoid(h + 2) only contracts.
 */
public final class ChannelCoupling implements ImageLayer {
  private final ImageShape image;
  private final ConvolutionNet net;

  /** With a network of this many hidden channels; the image needs at least 2 channels. */
  public ChannelCoupling(ImageShape image, int hidden, ParamScope scope) {
    if (image.channels() < 2) {
      throw new LayerException(
          "ChannelCoupling needs at least 2 channels, got an image of "
              + image
              + ". Likely fix: a Squeeze before it.");
    }
    this.image = image;
    int kept = image.channels() / 2;
    this.net =
        ConvolutionNet.of(scope, Activation.RELU, kept, hidden, 2 * (image.channels() - kept));
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
        return behind(first(z), numbers(first(z)).forward(rest(z)));
      }

      @Override
      public Mapped inverse(Tensor y) {
        return behind(first(y), numbers(first(y)).inverse(rest(y)));
      }
    };
  }

  private static Mapped behind(Tensor a, Mapped b) {
    return new Mapped(Tensor.concat(List.of(a, b.value()), -1), b.logDet());
  }

  private ImageShape kept() {
    return image.withChannels(net.inputs());
  }

  private Tensor first(Tensor x) {
    return x.slice(-1, 0, kept().size());
  }

  private Tensor rest(Tensor x) {
    return x.slice(-1, kept().size(), dim());
  }

  private NetScale numbers(Tensor a) {
    return NetScale.of(image.withChannels(net.outputs()).flat(net.apply(kept().images(a))));
  }
}
