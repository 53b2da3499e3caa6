package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The waiting time of a Poisson process.
 *
 * <p>log p(x) = log rate − rate·x, on x ≥ 0; mean 1/rate.
 */
public final class Exponential implements HasMean, HasVariance, HasLogCdf, HasKl<Exponential> {
  private final Tensor rate;
  private final List<Argument> arguments;

  private Exponential(Tensor rate) {
    this.rate = rate;
    this.arguments = Arguments.of("Exponential").and("rate", rate, Rule.POSITIVE).list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Exponential of(Tensor rate) {
    return new Exponential(rate);
  }

  /** As {@link #of(Tensor)}. */
  public static Exponential of(double rate) {
    return of(Tensor.number(rate));
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
  public Tensor logProb(Tensor x) {
    return Inside.density(x.atLeast(0), rate.log().minus(rate.times(x)));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    return u.log().negate().over(rate);
  }

  @Override
  public Tensor mean() {
    return rate.reciprocal();
  }

  @Override
  public Tensor variance() {
    return rate.square().reciprocal();
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return Tails.logOneMinusExp(rate.times(x.maximum(0)));
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return rate.times(x.maximum(0)).negate();
  }

  @Override
  public Tensor kl(Exponential other) {
    Tensor ratio = other.rate.over(rate);
    return ratio.minus(1).minus(ratio.log());
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
