package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Conditional;
import io.flowsvi.ppl.dist.Density;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Sampler;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Layers in a row; immutable and without direction.
 *
 * <p>{@code pushforward} makes it a sampler (cheap draws that know their density: guides): noise
 * goes through the layers in order. {@code pullback} makes it a density (cheap evaluation: priors):
 * data go through the layers in order, towards the base. A chain of bijections gives a {@link Flow}
 * either way. The base is the standard normal unless given.
 *
 * <p>Both throw {@link LayerException} where the numbers were made for a chain of other needs, or
 * the base has another dimension.
 */
public sealed interface Chain permits OneWayChain, BijectiveChain {
  /** The empty chain of a dimension: a bijection, and it stays one while each layer is. */
  static BijectiveChain of(int dim) {
    return new BijectiveChain(dim, List.of());
  }

  /** D. */
  int dim();

  /** The layers in order. */
  List<? extends Layer> layers();

  /** This chain and one more layer. Throws {@link LayerException} where dimensions differ. */
  Chain then(Layer layer);

  /** Noise of a base through the layers, with constants. */
  Sampler pushforward(Constant numbers, Flow base);

  /** Data through the layers to a base, with constants. */
  Density pullback(Constant numbers, Flow base);

  /** Noise of a base through the layers, with numbers from a network. */
  Conditional<? extends Sampler> pushforward(Network numbers, Flow base);

  /** Data through the layers to a base, with numbers from a network. */
  Conditional<? extends Density> pullback(Network numbers, Flow base);

  /** Standard normal noise through the layers, with constants. */
  default Sampler pushforward(Constant numbers) {
    return pushforward(numbers, StandardNormal.of(dim()));
  }

  /** Data through the layers to a standard normal, with constants. */
  default Density pullback(Constant numbers) {
    return pullback(numbers, StandardNormal.of(dim()));
  }

  /** Standard normal noise through the layers, with numbers from a network. */
  default Conditional<? extends Sampler> pushforward(Network numbers) {
    return pushforward(numbers, StandardNormal.of(dim()));
  }

  /** Data through the layers to a standard normal, with numbers from a network. */
  default Conditional<? extends Density> pullback(Network numbers) {
    return pullback(numbers, StandardNormal.of(dim()));
  }

  /** The layers with their dimensions: {@code ShiftScale(8) -> Reverse(8)}. */
  default String describe() {
    return layers().stream()
        .map(l -> l.name() + "(" + l.dim() + ")")
        .collect(Collectors.joining(" -> "));
  }
}
