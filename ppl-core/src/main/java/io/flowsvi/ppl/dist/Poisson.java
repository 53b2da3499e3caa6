package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Counts with a rate, given by its logarithm.
 *
 * <p>log p(k) = k·η − e^η − log k!, η = log rate. {@link #rate} makes one from the rate itself; a
 * rate of 0 is allowed there.
 */
public final class Poisson implements HasMean, HasVariance {
  private final Tensor logRate;
  private final List<Argument> arguments;

  private Poisson(Tensor logRate) {
    this.logRate = logRate;
    this.arguments = Arguments.of("Poisson").and("logRate", logRate, Rule.REAL).list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Poisson of(Tensor logRate) {
    return new Poisson(logRate);
  }

  /** As {@link #of(Tensor)}. */
  public static Poisson of(double logRate) {
    return of(Tensor.number(logRate));
  }

  /** The parameter logRate. */
  public Tensor logRate() {
    return logRate;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Count.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    return x.times(logRate).minus(logRate.exp()).minus(x.plus(1).lgamma());
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return HostDraws.poisson(seed, batch, logRate.exp());
  }

  @Override
  public Tensor mean() {
    return logRate.exp();
  }

  @Override
  public Tensor variance() {
    return logRate.exp();
  }

  /** By the rate; use the logarithm itself where it is at hand: it is more accurate. */
  public static Poisson rate(Tensor rate) {
    Arguments.of("Poisson").and("rate", rate, Rule.POSITIVE);
    return new Poisson(rate.log());
  }

  /** By the rate. */
  public static Poisson rate(double rate) {
    return rate(Tensor.number(rate));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
