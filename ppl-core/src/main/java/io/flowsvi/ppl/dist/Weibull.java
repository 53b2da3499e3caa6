package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Weibull waiting times: (X/scale)^shape is a unit exponential.
 *
 * <p>log p(x) = log k − log λ + (k − 1) log(x/λ) − (x/λ)^k, k the shape, λ the scale, on x &gt; 0.
 */
public final class Weibull implements HasMean, HasVariance, HasLogCdf {
  private final Tensor shape;
  private final Tensor scale;
  private final List<Argument> arguments;

  private Weibull(Tensor shape, Tensor scale) {
    this.shape = shape;
    this.scale = scale;
    this.arguments =
        Arguments.of("Weibull")
            .and("shape", shape, Rule.POSITIVE)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Weibull of(Tensor shape, Tensor scale) {
    return new Weibull(shape, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Weibull of(double shape, double scale) {
    return of(Tensor.number(shape), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Weibull of(double shape, Tensor scale) {
    return of(Tensor.number(shape), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Weibull of(Tensor shape, double scale) {
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
    Tensor x = Inside.limited(inside, value, 1);
    Tensor logRatio = x.log().minus(scale.log());
    Tensor kernel = shape.minus(1).times(logRatio).minus(shape.times(logRatio).exp());
    return Inside.density(inside, kernel.plus(shape.log()).minus(scale.log()));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor waiting = Arena.current().uniform(seed, batch).log().negate();
    return waiting.log().over(shape).exp().times(scale);
  }

  @Override
  public Tensor mean() {
    return scale.times(shape.reciprocal().plus(1).lgamma().exp());
  }

  @Override
  public Tensor variance() {
    // Γ(1 + 2/k) − Γ(1 + 1/k)² without cancellation for large k.
    Tensor first = shape.reciprocal().plus(1).lgamma().times(2);
    Tensor second = shape.reciprocal().times(2).plus(1).lgamma();
    return scale.square().times(first.exp()).times(second.minus(first).expm1());
  }

  private Tensor hazard(Tensor x) {
    return x.maximum(0).log().minus(scale.log()).times(shape).exp();
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return Tails.logOneMinusExp(hazard(x));
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return hazard(x).negate();
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
