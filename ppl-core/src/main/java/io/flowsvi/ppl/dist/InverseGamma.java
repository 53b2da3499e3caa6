package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The distribution of 1/X for X gamma(concentration, rate = scale).
 *
 * <p>log p(x) = α log β − (α + 1) log x − β/x − log Γ(α).
 */
public final class InverseGamma implements HasMean, HasVariance, HasKl<InverseGamma> {
  private final Tensor concentration;
  private final Tensor scale;
  private final List<Argument> arguments;

  private InverseGamma(Tensor concentration, Tensor scale) {
    this.concentration = concentration;
    this.scale = scale;
    this.arguments =
        Arguments.of("InverseGamma")
            .and("concentration", concentration, Rule.POSITIVE)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static InverseGamma of(Tensor concentration, Tensor scale) {
    return new InverseGamma(concentration, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static InverseGamma of(double concentration, double scale) {
    return of(Tensor.number(concentration), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static InverseGamma of(double concentration, Tensor scale) {
    return of(Tensor.number(concentration), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static InverseGamma of(Tensor concentration, double scale) {
    return of(concentration, Tensor.number(scale));
  }

  /** The parameter concentration. */
  public Tensor concentration() {
    return concentration;
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
    Tensor constant = concentration.times(scale.log()).minus(concentration.lgamma());
    Tensor log = constant.minus(concentration.plus(1).times(x.log())).minus(scale.over(x));
    return Inside.density(inside, log);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return scale.over(concentration.expand(batch).standardGamma(seed));
  }

  @Override
  public Tensor mean() {
    Tensor mean = scale.over(concentration.minus(1));
    return concentration.greaterThan(1).select(mean, Double.POSITIVE_INFINITY);
  }

  @Override
  public Tensor variance() {
    Tensor less = concentration.minus(1);
    Tensor variance = scale.square().over(less.square().times(concentration.minus(2)));
    return concentration.greaterThan(2).select(variance, Double.POSITIVE_INFINITY);
  }

  @Override
  public Tensor kl(InverseGamma other) {
    // Of the reciprocals, which are gamma with these scales as rates: maps do not change it.
    return Gamma.of(concentration, scale).kl(Gamma.of(other.concentration, other.scale));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
