package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Counts with a rate, given by its logarithm or itself.
 *
 * <p>log p(k) = k·η − e^η − log k!, η = log rate; by the rate λ, k log λ − λ − log k!, where λ = 0
 * is allowed: then 0 is certain. Other values than whole numbers from 0 have log density −∞.
 */
public final class Poisson implements HasMean, HasVariance {
  private final Tensor parameter;
  private final boolean byLog;
  private final List<Argument> arguments;

  private Poisson(Tensor parameter, boolean byLog) {
    this.parameter = parameter;
    this.byLog = byLog;
    this.arguments =
        Arguments.of("Poisson")
            .and(byLog ? "logRate" : "rate", parameter, byLog ? Rule.REAL : Rule.NON_NEGATIVE)
            .list();
  }

  /** By the logarithm of the rate. */
  public static Poisson of(Tensor logRate) {
    return new Poisson(logRate, true);
  }

  /** By the logarithm of the rate. */
  public static Poisson of(double logRate) {
    return of(Tensor.number(logRate));
  }

  /** By the rate; use the logarithm itself where it is at hand: it is more accurate. */
  public static Poisson rate(Tensor rate) {
    return new Poisson(rate, false);
  }

  /** By the rate. */
  public static Poisson rate(double rate) {
    return rate(Tensor.number(rate));
  }

  /** The logarithm of the rate. */
  public Tensor logRate() {
    return byLog ? parameter : parameter.log();
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
    Tensor possible = Inside.whole(x);
    Tensor k = Inside.limited(possible, x, 0);
    Tensor factorial = k.plus(1).lgamma().minus(Inside.log(possible));
    Tensor kernel = byLog ? k.times(parameter) : Inside.xLogY(k, parameter);
    return kernel.minus(mean()).minus(factorial);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return HostDraws.poisson(seed, batch, mean());
  }

  @Override
  public Tensor mean() {
    return byLog ? parameter.exp() : parameter;
  }

  @Override
  public Tensor variance() {
    return mean();
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
