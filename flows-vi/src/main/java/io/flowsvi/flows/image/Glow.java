package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.ParamScope;

/**
 * The layers of Glow, data to noise: at each level a squeeze, then steps of ActNorm, channel mixing
 * and coupling, then a split that leaves out half of the channels (not at the last level).
 *
 * <p>Read it as a pullback: images to noise. Each level halves height and width; {@link #chain}
 * refuses an image that cannot be halved so often. Kingma and Dhariwal (2018), figure 2.
 *
 * @param levels how often the image is squeezed, at least 1
 * @param steps at each level, at least 1
 * @param hidden channels of the couplings' networks, at least 1
 * @param mixing of channels between couplings
 */
public record Glow(int levels, int steps, int hidden, Mixing mixing) {
  /** Checks the sizes. */
  public Glow {
    if (levels < 1 || steps < 1 || hidden < 1) {
      throw new LayerException(
          "Glow needs at least 1 level, step and hidden channel, got "
              + levels
              + ", "
              + steps
              + " and "
              + hidden
              + ".");
    }
  }

  /** The chain on images of these sizes, with its networks' weights in the scope. */
  public BijectiveChain chain(ImageShape image, ParamScope scope) {
    BijectiveChain chain = Chain.of(image.size());
    ImageShape at = image;
    for (int level = 0; level < levels; level++) {
      Squeeze squeeze = new Squeeze(at);
      chain = with(chain, squeeze);
      at = squeeze.squeezed();
      for (int step = 0; step < steps; step++) {
        chain = step(chain, at, scope.child("level" + level).child("step" + step));
      }
      if (level + 1 < levels) {
        Split split = Split.learned(at, hidden, scope.child("level" + level).child("split"));
        chain = with(chain, split);
        at = split.kept();
      }
    }
    return chain;
  }

  private BijectiveChain step(BijectiveChain chain, ImageShape at, ParamScope scope) {
    BijectiveChain longer = with(chain, new ActNorm(at));
    for (BijectiveLayer layer : mixing.layers(at, scope.child("mixing").seed())) {
      longer = with(longer, layer);
    }
    return with(longer, new ChannelCoupling(at, hidden, scope.child("coupling")));
  }

  private static BijectiveChain with(BijectiveChain chain, BijectiveLayer layer) {
    return chain.then(layer.dim() == chain.dim() ? layer : new Leading(chain.dim(), layer));
  }
}
