package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A one-way layer together with an inverse that has its price.
 *
 * @param layer whose numbers it needs
 * @param map the transform of these numbers, both ways
 */
record WithInverse(Layer layer, Function<Values, ? extends Bijection> map)
    implements BijectiveLayer {
  @Override
  public int dim() {
    return layer.dim();
  }

  @Override
  public ParamLayout layout() {
    return layer.layout();
  }

  @Override
  public Init init() {
    return layer.init();
  }

  @Override
  public Shape inputShape() {
    return layer.inputShape();
  }

  @Override
  public Shape outputShape() {
    return layer.outputShape();
  }

  @Override
  public Optional<UnaryOperator<double[]>> dataStart() {
    return layer.dataStart();
  }

  @Override
  public Optional<BinaryOperator<double[]>> settling() {
    return layer.settling();
  }

  @Override
  public String name() {
    return layer.name();
  }

  @Override
  public Bijection bind(Values values) {
    return map.apply(values);
  }
}
