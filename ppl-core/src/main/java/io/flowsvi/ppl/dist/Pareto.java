package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The Pareto distribution: a power-law tail with exponent alpha above a smallest value, the scale.
 *
 * <p>log p(x) = log α + α log scale − (α + 1) log x for x ≥ scale, −∞ below.
 */
public final class Pareto implements HasMean, HasVariance, HasLogCdf {
  private final Tensor scale;
  private final Tensor alpha;
  private final List<Argument> arguments;

  private Pareto(Tensor scale, Tensor alpha) {
    this.scale = scale;
    this.alpha = alpha;
    this.arguments =
        Arguments.of("Pareto")
            .and("scale", scale, Rule.POSITIVE)
            .and("alpha", alpha, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Pareto of(Tensor scale, Tensor alpha) {
    return new Pareto(scale, alpha);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Pareto of(double scale, double alpha) {
    return of(Tensor.number(scale), Tensor.number(alpha));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Pareto of(double scale, Tensor alpha) {
    return of(Tensor.number(scale), alpha);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Pareto of(Tensor scale, double alpha) {
    return of(scale, Tensor.number(alpha));
  }

  /** The parameter scale. */
  public Tensor scale() {
    return scale;
  }

  /** The parameter alpha. */
  public Tensor alpha() {
    return alpha;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return LowerBounded.of(scale);
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor inside = scale.atMost(value);
    Tensor x = inside.select(value, scale);
    Tensor constant = alpha.log().plus(alpha.times(scale.log()));
    return Inside.density(inside, constant.minus(alpha.plus(1).times(x.log())));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor waiting = Arena.current().uniform(seed, batch).log().negate();
    return waiting.over(alpha).exp().times(scale);
  }

  @Override
  public Tensor mean() {
    Tensor mean = alpha.times(scale).over(alpha.minus(1));
    return alpha.greaterThan(1).select(mean, Double.POSITIVE_INFINITY);
  }

  @Override
  public Tensor variance() {
    Tensor less = alpha.minus(1);
    Tensor variance = scale.square().times(alpha).over(less.square().times(alpha.minus(2)));
    return alpha.greaterThan(2).select(variance, Double.POSITIVE_INFINITY);
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return Tails.logOneMinusExp(logSurvival(x).negate());
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return scale.log().minus(x.log()).minimum(0).times(alpha);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
