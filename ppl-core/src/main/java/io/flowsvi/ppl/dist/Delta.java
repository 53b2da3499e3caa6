package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * All probability at one point.
 *
 * <p>log p(x) = 0 at the value, −∞ elsewhere: a probability, not a density. For observed and
 * generated sites; a latent that is known is a constant, or {@code model.condition(…)}.
 */
public final class Delta implements HasMean, HasVariance {
  private final Tensor value;
  private final List<Argument> arguments;

  private Delta(Tensor value) {
    this.value = value;
    this.arguments = Arguments.of("Delta").and("value", value, Rule.REAL).list();
  }

  /** At a value for each element of the batch. */
  public static Delta at(Tensor value) {
    return new Delta(value);
  }

  /** At one value. */
  public static Delta at(double value) {
    return at(Tensor.number(value));
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Recorded.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    return x.equalTo(value).log();
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return value.expand(batch);
  }

  @Override
  public Tensor mean() {
    return value;
  }

  @Override
  public Tensor variance() {
    return value.times(0);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
