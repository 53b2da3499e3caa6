package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Conditional;
import io.flowsvi.ppl.dist.Density;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Sampler;
import java.util.ArrayList;
import java.util.List;

/**
 * A chain with a layer that has no inverse: a guide, never a prior.
 *
 * @param dim D
 * @param layers in order
 */
public record OneWayChain(int dim, List<Layer> layers) implements Chain {
  /** Copies the list. */
  public OneWayChain {
    layers = List.copyOf(layers);
  }

  @Override
  public OneWayChain then(Layer layer) {
    ChainCheck.fits(this, layer);
    List<Layer> longer = new ArrayList<>(layers);
    longer.add(layer);
    return new OneWayChain(dim, longer);
  }

  @Override
  public Sampler pushforward(Constant numbers, Flow base) {
    ChainCheck.serves(this, numbers, base);
    return new PushedSampler(layers, numbers::values, base);
  }

  @Override
  public Density pullback(Constant numbers, Flow base) {
    ChainCheck.serves(this, numbers, base);
    return new PulledDensity(layers, numbers::values, base);
  }

  @Override
  public Conditional<Sampler> pushforward(Network numbers, Flow base) {
    ChainCheck.serves(this, numbers, base);
    return context -> new PushedSampler(layers, () -> numbers.values(context), base);
  }

  @Override
  public Conditional<Density> pullback(Network numbers, Flow base) {
    ChainCheck.serves(this, numbers, base);
    return context -> new PulledDensity(layers, () -> numbers.values(context), base);
  }
}
