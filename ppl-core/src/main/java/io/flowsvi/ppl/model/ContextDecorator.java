package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.Supplier;

/** A context that passes on what it does not change: the way to write a new effect. */
public interface ContextDecorator extends Context {
  /** The context it decorates. */
  Context inner();

  @Override
  default Tensor sample(Latent site, Distribution prior) {
    return inner().sample(site, prior);
  }

  @Override
  default void observe(Observed site, Distribution likelihood, Tensor value) {
    inner().observe(site, likelihood, value);
  }

  @Override
  default void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    inner().observe(site, likelihood, value, present);
  }

  @Override
  default Tensor derive(Derived site, Tensor value) {
    return inner().derive(site, value);
  }

  @Override
  default void factor(Factor site, Tensor logDensity) {
    inner().factor(site, logDensity);
  }

  @Override
  default void generated(Runnable body) {
    inner().generated(body);
  }

  @Override
  default Tensor sample(Generated site, Distribution distribution) {
    return inner().sample(site, distribution);
  }

  @Override
  default <T> T plate(Plate plate, Supplier<T> body) {
    return inner().plate(plate, body);
  }

  @Override
  default Tensor gather(Tensor value, Plate from, Tensor index) {
    return inner().gather(value, from, index);
  }

  @Override
  default Tensor data(double[] values, Shape shape) {
    return inner().data(values, shape);
  }

  @Override
  default Tensor data(float[] values, Shape shape) {
    return inner().data(values, shape);
  }

  @Override
  default Tensor data(int[] values, Shape shape) {
    return inner().data(values, shape);
  }
}
