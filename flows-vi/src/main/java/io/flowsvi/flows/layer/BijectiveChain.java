package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Conditional;
import io.flowsvi.ppl.dist.Flow;
import java.util.ArrayList;
import java.util.List;

/**
 * A chain of bijections: samples and scores either way.
 *
 * @param dim D
 * @param layers in order
 */
public record BijectiveChain(int dim, List<BijectiveLayer> layers) implements Chain {
  /** Copies the list. */
  public BijectiveChain {
    layers = List.copyOf(layers);
  }

  @Override
  public Chain then(Layer layer) {
    if (layer instanceof BijectiveLayer bijective) {
      return then(bijective);
    }
    return new OneWayChain(dim, List.copyOf(layers)).then(layer);
  }

  /** This chain and one more bijection. */
  public BijectiveChain then(BijectiveLayer layer) {
    ChainCheck.fits(this, layer);
    List<BijectiveLayer> longer = new ArrayList<>(layers);
    longer.add(layer);
    return new BijectiveChain(dim, longer);
  }

  @Override
  public Flow pushforward(Constant numbers, Flow base) {
    ChainCheck.serves(this, numbers, base);
    return new ChainFlow(layers, numbers::values, base, ChainFlow.Direction.PUSH);
  }

  @Override
  public Flow pullback(Constant numbers, Flow base) {
    ChainCheck.serves(this, numbers, base);
    return ChainFlow.pulled(layers, numbers, base);
  }

  @Override
  public Conditional<Flow> pushforward(Network numbers, Flow base) {
    ChainCheck.serves(this, numbers, base);
    return c -> new ChainFlow(layers, () -> numbers.values(c), base, ChainFlow.Direction.PUSH);
  }

  @Override
  public Conditional<Flow> pullback(Network numbers, Flow base) {
    ChainCheck.serves(this, numbers, base);
    return c -> new ChainFlow(layers, () -> numbers.values(c), base, ChainFlow.Direction.PULL);
  }

  @Override
  public Flow pushforward(Constant numbers) {
    return pushforward(numbers, StandardNormal.of(dim));
  }

  @Override
  public Flow pullback(Constant numbers) {
    return pullback(numbers, StandardNormal.of(dim));
  }

  @Override
  public Conditional<Flow> pushforward(Network numbers) {
    return pushforward(numbers, StandardNormal.of(dim));
  }

  @Override
  public Conditional<Flow> pullback(Network numbers) {
    return pullback(numbers, StandardNormal.of(dim));
  }

  /** Whether every layer is affine, so that {@link #normal} takes the chain. */
  public boolean isAffine() {
    return layers.stream().allMatch(AffineLayer.class::isInstance);
  }

  /**
   * Standard normal noise through affine layers, as {@link #pushforward(Constant)}, with its exact
   * entropy. Throws {@link LayerException} naming the first layer that is not affine.
   */
  public EntropyFlow normal(Constant numbers) {
    for (int i = 0; i < layers.size(); i++) {
      if (!(layers.get(i) instanceof AffineLayer)) {
        throw new LayerException(
            "Layer "
                + (i + 1)
                + " '"
                + layers.get(i).name()
                + "' is not affine: a normal through it is no normal, and its entropy is not known."
                + " Likely fix: chain.pushforward(numbers).");
      }
    }
    return new NormalFlow(this, numbers);
  }
}
