package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Conditional;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Layers in a row of which some estimate their log-determinant in training; immutable.
 *
 * <p>{@link #exact} is the chain of the same layers with exact log-determinants, and owns the
 * numbers: {@code Constant.of(chain.exact(), scope)}. Only the pullback, data to base, is trained
 * by estimates: that is the direction of maximum likelihood.
 *
 * @param exact the same layers with their exact log-determinants
 * @param layers in order
 */
public record EstimatedChain(BijectiveChain exact, List<EstimatedLayer> layers) {
  /** Copies the list. */
  public EstimatedChain {
    layers = List.copyOf(layers);
  }

  /** The empty chain of a dimension. */
  public static EstimatedChain of(int dim) {
    return new EstimatedChain(Chain.of(dim), List.of());
  }

  /** This chain and one more layer. Throws {@link LayerException} where dimensions differ. */
  public EstimatedChain then(EstimatedLayer layer) {
    List<EstimatedLayer> longer = new ArrayList<>(layers);
    longer.add(layer);
    return new EstimatedChain(exact.then(layer.exact()), longer);
  }

  /** This chain and one more layer, which is exact in training, too. */
  public EstimatedChain then(BijectiveLayer layer) {
    return then(EstimatedLayer.of(layer));
  }

  /** Data through the layers to a base, with constants. */
  public EstimatedFlow pullback(Constant numbers, Flow base) {
    return flow(exact.pullback(numbers, base), numbers::values, base);
  }

  /** Data through the layers to a standard normal, with constants. */
  public EstimatedFlow pullback(Constant numbers) {
    return pullback(numbers, StandardNormal.of(exact.dim()));
  }

  /** Data through the layers to a base, with numbers from a network. */
  public Conditional<EstimatedFlow> pullback(Network numbers, Flow base) {
    Conditional<Flow> pulled = exact.pullback(numbers, base);
    return c -> flow(pulled.given(c), () -> numbers.values(c), base);
  }

  private EstimatedFlow flow(Flow pulled, Supplier<List<Values>> numbers, Flow base) {
    return new EstimatedFlow() {
      @Override
      public Flow exact() {
        return pulled;
      }

      @Override
      public String effort() {
        return layers.stream()
            .map(EstimatedLayer::effort)
            .filter(e -> !e.isEmpty())
            .collect(Collectors.joining("; "));
      }

      @Override
      public List<Integer> pace() {
        return layers.stream().flatMap(layer -> layer.pace().stream()).toList();
      }

      @Override
      public void resume(List<Integer> pace) {
        int at = 0;
        for (EstimatedLayer layer : layers) {
          int end = Math.min(pace.size(), at + layer.pace().size());
          layer.resume(pace.subList(at, end));
          at = end;
        }
      }

      @Override
      public Score score(Tensor x, Seed noise) {
        ChainCheck.takes(exact.layers(), x);
        List<Values> values = numbers.get();
        Tensor value = x;
        Tensor logDet = Tensor.number(0);
        Tensor penalty = Tensor.number(0);
        for (int i = 0; i < layers.size(); i++) {
          Estimated mapped = layers.get(i).forward(values.get(i), value, noise.fold(i));
          value = mapped.value();
          logDet = logDet.plus(mapped.logDet());
          penalty = penalty.plus(mapped.penalty());
        }
        return new Score(base.logProb(value).plus(logDet), penalty);
      }
    };
  }
}
