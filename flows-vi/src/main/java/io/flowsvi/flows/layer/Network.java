package io.flowsvi.flows.layer;

import io.flowsvi.flows.net.Net;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.List;

/**
 * Numbers emitted by a network from a context: amortisation.
 *
 * <p>The head is one affine map from the trunk's output to all numbers of the chain; its bias
 * starts as the layers' own start, its weights small, so that an untrained network gives nearly
 * constants.
 */
public final class Network implements Conditioner {
  private static final double HEAD_SCALE = 1e-3;

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
        head.param("weight", Shape.of(start.length, trunk.outputs()), Init.normal(HEAD_SCALE));
    Param bias = head.param("bias", Shape.of(start.length), Init.of(start));
    return new Network(trunk, chain, weight, bias);
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
    return ParamLayout.split(emit(context), chain.layers().stream().map(Layer::layout).toList());
  }
}
