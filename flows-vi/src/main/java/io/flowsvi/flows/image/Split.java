package io.flowsvi.flows.image;

import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.Optional;

/**
 * Leaves out half of the channels from the layers that follow.
 *
 * <p>z = (A, B) by channels, A the first ⌊C/2⌋: A goes on as an image, B stays behind it in the
 * vector, where the base takes it as it is ({@link #standard}: y = z, log|det| = 0) or as normal
 * with a mean and a scale that a network reads from A ({@link #learned}: B is standardised, as in
 * {@link ChannelCoupling}). Layers that follow work on the front: {@link Leading}. z is {@code
 * [..., D]}. One pass of the network in either direction, if there is one. Dinh, Sohl-Dickstein and
 * Bengio (2017), section 3.6.
 */
public final class Split implements ImageLayer {
  private static final Bijection UNCHANGED =
      new Bijection() {
        @Override
        public Mapped forward(Tensor z) {
          return new Mapped(z, Tensor.number(0));
        }

        @Override
        public Mapped inverse(Tensor y) {
          return new Mapped(y, Tensor.number(0));
        }
      };

  private final ImageShape image;
  private final Optional<ChannelCoupling> prior;

  private Split(ImageShape image, Optional<ChannelCoupling> prior) {
    this.image = image;
    this.prior = prior;
  }

  /** The half left out is standard normal. */
  public static Split standard(ImageShape image) {
    return new Split(image, Optional.empty());
  }

  /** The half left out is normal given the other; the network has this many hidden channels. */
  public static Split learned(ImageShape image, int hidden, ParamScope scope) {
    return new Split(image, Optional.of(new ChannelCoupling(image, hidden, scope)));
  }

  /** The sizes of the half that goes on. */
  public ImageShape kept() {
    return image.withChannels(image.channels() / 2);
  }

  @Override
  public ImageShape image() {
    return image;
  }

  @Override
  public Shape outputShape() {
    return kept().shape();
  }

  @Override
  public Bijection bind(Values values) {
    return prior.isPresent() ? prior.get().bind(values) : UNCHANGED;
  }
}
