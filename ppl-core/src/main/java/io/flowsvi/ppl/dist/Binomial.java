package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Successes in n trials, by logits or by probability.
 *
 * <p>log p(k) = log C(n, k) + k·η − n·log(1 + e^η), η the log odds; by probability k log p + (n −
 * k) log(1 − p), with 0·log 0 = 0. Other values than 0 to n have log density −∞.
 */
public final class Binomial implements HasMean, HasVariance {
  private final Tensor trials;
  private final Tensor parameter;
  private final boolean byLogits;
  private final List<Argument> arguments;

  private Binomial(Tensor trials, Tensor parameter, boolean byLogits) {
    this.trials = trials;
    this.parameter = parameter;
    this.byLogits = byLogits;
    this.arguments =
        Arguments.of("Binomial")
            .and("trials", trials, Rule.COUNT)
            .and(byLogits ? "logits" : "probs", parameter, byLogits ? Rule.REAL : Rule.PROBABILITY)
            .list();
  }

  /** By the number of trials and the log odds of success. */
  public static Binomial logits(Tensor trials, Tensor logits) {
    return new Binomial(trials, logits, true);
  }

  /** By the number of trials and the log odds of success. */
  public static Binomial logits(double trials, Tensor logits) {
    return logits(Tensor.number(trials), logits);
  }

  /** By the number of trials and the probability of success. */
  public static Binomial probs(Tensor trials, Tensor probs) {
    return new Binomial(trials, probs, false);
  }

  /** By the number of trials and the probability of success. */
  public static Binomial probs(double trials, Tensor probs) {
    return probs(Tensor.number(trials), probs);
  }

  /** By the number of trials and the probability of success. */
  public static Binomial probs(double trials, double probs) {
    return probs(Tensor.number(trials), Tensor.number(probs));
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return trials.isNumber() ? Count.upTo(trials.asNumber()) : Count.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor inside = Inside.whole(x).times(x.atMost(trials));
    Tensor k = Inside.limited(inside, x, 0);
    Tensor misses = Inside.limited(k.atMost(trials), trials.minus(k), 0);
    // C(n, k) = 1/((n + 1) B(k + 1, n − k + 1))
    Tensor ways = k.plus(1).logBeta(misses.plus(1)).plus(trials.plus(1).log());
    Tensor choose = Inside.log(inside).minus(ways);
    if (byLogits) {
      return choose.plus(k.times(parameter)).minus(trials.times(parameter.softplus()));
    }
    Tensor miss = parameter.negate().plus(1);
    return choose.plus(Inside.xLogY(k, parameter)).plus(Inside.xLogY(misses, miss));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return HostDraws.each(
        seed, batch, (random, p) -> HostDraws.binomial(random, p[0], p[1]), trials, probability());
  }

  private Tensor probability() {
    return byLogits ? parameter.sigmoid() : parameter;
  }

  @Override
  public Tensor mean() {
    return trials.times(probability());
  }

  @Override
  public Tensor variance() {
    Tensor miss = byLogits ? parameter.negate().sigmoid() : parameter.negate().plus(1);
    return trials.times(probability()).times(miss);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
