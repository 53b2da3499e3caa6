package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Successes in n trials whose common probability is beta(alpha, beta).
 *
 * <p>log p(k) = log C(n, k) + log B(k + α, n − k + β) − log B(α, β); −∞ for k &gt; n.
 */
public final class BetaBinomial implements HasMean, HasVariance {
  private final Tensor trials;
  private final Tensor alpha;
  private final Tensor beta;
  private final List<Argument> arguments;

  private BetaBinomial(Tensor trials, Tensor alpha, Tensor beta) {
    this.trials = trials;
    this.alpha = alpha;
    this.beta = beta;
    this.arguments =
        Arguments.of("BetaBinomial")
            .and("trials", trials, Rule.COUNT)
            .and("alpha", alpha, Rule.POSITIVE)
            .and("beta", beta, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static BetaBinomial of(Tensor trials, Tensor alpha, Tensor beta) {
    return new BetaBinomial(trials, alpha, beta);
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static BetaBinomial of(double trials, double alpha, double beta) {
    return of(Tensor.number(trials), Tensor.number(alpha), Tensor.number(beta));
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static BetaBinomial of(double trials, Tensor alpha, Tensor beta) {
    return of(Tensor.number(trials), alpha, beta);
  }

  /** The parameter trials. */
  public Tensor trials() {
    return trials;
  }

  /** The parameter alpha. */
  public Tensor alpha() {
    return alpha;
  }

  /** The parameter beta. */
  public Tensor beta() {
    return beta;
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
    Tensor joint = k.plus(alpha).logBeta(misses.plus(beta));
    return joint.minus(alpha.logBeta(beta)).plus(Inside.log(inside).minus(ways));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor p = Beta.of(alpha, beta).sample(seed.fold("probability"), batch);
    return HostDraws.each(
        seed.fold("count"),
        batch,
        (random, v) -> HostDraws.binomial(random, v[0], v[1]),
        trials,
        p);
  }

  @Override
  public Tensor mean() {
    return trials.times(alpha).over(alpha.plus(beta));
  }

  @Override
  public Tensor variance() {
    Tensor total = alpha.plus(beta);
    Tensor spread = total.plus(trials).over(total.square().times(total.plus(1)));
    return trials.times(alpha).times(beta).times(spread);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
