package io.flowsvi.flows.layer;

import io.flowsvi.flows.net.Net;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers emitted by a network from a context: amortisation.
 *
 * <p>The head is one affine map from the trunk's output to all numbers of the chain; its bias
 * starts as the layers' own start, its weights small, so that an untrained network gives nearly
 * constants. A context vector, which a layer's own weights read, starts as varied as a hidden unit:
 * weights normal with variance 1/C. (On MNIST an IAF whose contexts started nearly constant lost
 * half a nat of the bound by it after 15 epochs.)
 */
public final class Network implements Conditioner {
  private static final double HEAD_SCALE = 1e-3;

  /**
   * Numbers of one product: with 6,880 of them at once a product, and each of the two behind it in
   * the gradient, takes 1.4 to 2 times as long as four of 1,720, which stay in the cache.
   */
  private static final int MOST_AT_ONCE = 2048;

  private final Net trunk;
  private final Chain chain;
  private final Param weight;
  private final Param bias;

  private Network(Net trunk, Chain chain, Param weight, Param bias) {
    this.trunk = trunk;
    this.chain = chain;
    this.weight = weight;
    this.bias = bias;
  }

  /** A head for a chain on top of a trunk. */
  public static Network of(Net trunk, Chain chain, ParamScope head) {
    double[] start = new double[size(chain)];
    int at = 0;
    for (int i = 0; i < chain.layers().size(); i++) {
      ParamLayout layout = chain.layers().get(i).layout();
      double[] own = new double[layout.size()];
      chain.layers().get(i).init().fill(layout, head.child("layer" + i).seed(), own);
      System.arraycopy(own, 0, start, at, own.length);
      at += own.length;
    }
    Param weight =
        head.param(
            "weight", Shape.of(start.length, trunk.outputs()), spread(chain, trunk.outputs()));
    Param bias = head.param("bias", Shape.of(start.length), Init.of(start));
    return new Network(trunk, chain, weight, bias);
  }

  /** Rows of weights as their numbers' roles ask for. */
  private static Init spread(Chain chain, int inputs) {
    return (layout, seed, values) -> {
      Init.normal(1).fill(layout, seed, values);
      int at = 0;
      for (Layer layer : chain.layers()) {
        for (Slice slice : layer.layout().slices()) {
          boolean read = slice.role() == Slice.Role.CONTEXT;
          double scale = read ? 1 / Math.sqrt(inputs) : HEAD_SCALE;
          for (int end = at + slice.shape().size() * inputs; at < end; at++) {
            values[at] *= scale;
          }
        }
      }
    };
  }

  private static int size(Chain chain) {
    return chain.layers().stream().mapToInt(l -> l.layout().size()).sum();
  }

  @Override
  public Chain chain() {
    return chain;
  }

  /** All numbers of the chain, in the order of its layers: {@code [B, C]} to {@code [B, P]}. */
  public Tensor emit(Tensor context) {
    return trunk.apply(context).affine(weight.value(), bias.value());
  }

  List<Values> values(Tensor context) {
    List<ParamLayout> layouts = chain.layers().stream().map(Layer::layout).toList();
    List<List<ParamLayout>> groups = groups(layouts);
    if (groups.size() == 1) {
      return ParamLayout.split(emit(context), layouts);
    }
    int[] sizes = groups.stream().mapToInt(Network::numbers).toArray();
    List<Tensor> weights = weight.value().split(0, sizes);
    List<Tensor> biases = bias.value().split(0, sizes);
    Tensor features = trunk.apply(context);
    List<Values> all = new ArrayList<>(layouts.size());
    for (int i = 0; i < sizes.length; i++) {
      Tensor raw = features.affine(weights.get(i), biases.get(i));
      all.addAll(ParamLayout.split(raw, groups.get(i)));
    }
    return all;
  }

  /**
   * Successive layers, as many together as one product may give numbers for, or one that has more.
   */
  private static List<List<ParamLayout>> groups(List<ParamLayout> layouts) {
    List<List<ParamLayout>> groups = new ArrayList<>();
    int size = 0;
    for (ParamLayout layout : layouts) {
      if (groups.isEmpty() || size > 0 && size + layout.size() > MOST_AT_ONCE) {
        groups.add(new ArrayList<>());
        size = 0;
      }
      groups.get(groups.size() - 1).add(layout);
      size += layout.size();
    }
    return groups;
  }

  private static int numbers(List<ParamLayout> layouts) {
    return layouts.stream().mapToInt(ParamLayout::size).sum();
  }
}
