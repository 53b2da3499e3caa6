package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The gamma distribution by shape and rate.
 *
 * <p>log p(x) = α log β + (α − 1) log x − βx − log Γ(α), α the concentration, β the rate; mean α/β.
 * Draws are differentiable in α by the implicit derivative.
 */
public final class Gamma implements HasMean, HasVariance, HasKl<Gamma> {
  private final Tensor concentration;
  private final Tensor rate;
  private final List<Argument> arguments;

  private Gamma(Tensor concentration, Tensor rate) {
    this.concentration = concentration;
    this.rate = rate;
    this.arguments =
        Arguments.of("Gamma")
            .and("concentration", concentration, Rule.POSITIVE)
            .and("rate", rate, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Gamma of(Tensor concentration, Tensor rate) {
    return new Gamma(concentration, rate);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Gamma of(double concentration, double rate) {
    return of(Tensor.number(concentration), Tensor.number(rate));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Gamma of(double concentration, Tensor rate) {
    return of(Tensor.number(concentration), rate);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Gamma of(Tensor concentration, double rate) {
    return of(concentration, Tensor.number(rate));
  }

  /** The parameter concentration. */
  public Tensor concentration() {
    return concentration;
  }

  /** The parameter rate. */
  public Tensor rate() {
    return rate;
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
    Tensor constant = concentration.times(rate.log()).minus(concentration.lgamma());
    Tensor log = concentration.minus(1).times(x.log()).minus(rate.times(x)).plus(constant);
    return Inside.density(inside, log);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return concentration.expand(batch).standardGamma(seed).over(rate);
  }

  @Override
  public Tensor mean() {
    return concentration.over(rate);
  }

  @Override
  public Tensor variance() {
    return concentration.over(rate.square());
  }

  @Override
  public Tensor kl(Gamma other) {
    Tensor excess = concentration.minus(other.concentration).times(concentration.digamma());
    Tensor gammas = other.concentration.lgamma().minus(concentration.lgamma());
    Tensor rates = other.concentration.times(rate.log().minus(other.rate.log()));
    Tensor means = concentration.times(other.rate.minus(rate)).over(rate);
    return excess.plus(gammas).plus(rates).plus(means);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
