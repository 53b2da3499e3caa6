package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The Fréchet distribution of the largest of many with a heavy tail (inverse Weibull).
 *
 * <p>log p(x) = log α − log s − (α + 1) log(x/s) − (x/s)^{−α}, α the {@code shape}, s the {@code
 * scale}, on x &gt; 0; P(X ≤ x) = exp(−(x/s)^{−α}). The mean is infinite for α ≤ 1, the variance
 * for α ≤ 2.
 */
public final class Frechet implements HasMean, HasVariance, HasLogCdf {
  private final Tensor shape;
  private final Tensor scale;
  private final List<Argument> arguments;

  private Frechet(Tensor shape, Tensor scale) {
    this.shape = shape;
    this.scale = scale;
    this.arguments =
        Arguments.of("Frechet")
            .and("shape", shape, Rule.POSITIVE)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Frechet of(Tensor shape, Tensor scale) {
    return new Frechet(shape, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Frechet of(double shape, double scale) {
    return of(Tensor.number(shape), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Frechet of(double shape, Tensor scale) {
    return of(Tensor.number(shape), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Frechet of(Tensor shape, double scale) {
    return of(shape, Tensor.number(scale));
  }

  /** The parameter shape. */
  public Tensor shape() {
    return shape;
  }

  /** The parameter scale. */
  public Tensor scale() {
    return scale;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Positive.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor inside = value.greaterThan(0);
    Tensor logRatio = Inside.limited(inside, value, 1).log().minus(scale.log());
    Tensor tail = logRatio.times(shape).negate().exp();
    Tensor kernel = logRatio.times(shape.plus(1)).plus(tail).negate();
    return Inside.density(inside, kernel.plus(shape.log()).minus(scale.log()));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor waiting = Arena.current().uniform(seed, batch).log().negate();
    return waiting.log().over(shape).negate().exp().times(scale);
  }

  @Override
  public Tensor mean() {
    Tensor finite = shape.greaterThan(1);
    Tensor a = Inside.limited(finite, shape, 2);
    Tensor mean = scale.times(a.reciprocal().negate().plus(1).lgamma().exp());
    return finite.select(mean, Double.POSITIVE_INFINITY);
  }

  @Override
  public Tensor variance() {
    Tensor finite = shape.greaterThan(2);
    Tensor a = Inside.limited(finite, shape, 3);
    Tensor first = a.reciprocal().negate().plus(1).lgamma().times(2);
    Tensor second = a.reciprocal().times(-2).plus(1).lgamma();
    Tensor variance = scale.square().times(first.exp()).times(second.minus(first).expm1());
    return finite.select(variance, Double.POSITIVE_INFINITY);
  }

  private Tensor hazard(Tensor x) {
    return x.maximum(0).log().minus(scale.log()).times(shape).negate().exp();
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return hazard(x).negate();
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return Tails.logOneMinusExp(hazard(x));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
