package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Failures before the first success, each trial succeeding with probability probs.
 *
 * <p>log p(k) = log p + k log(1 − p), k = 0, 1, …, with 0·log 0 = 0; mean (1 − p)/p, infinite at p
 * = 0.
 */
public final class Geometric implements HasMean, HasVariance, HasCdf {
  private final Tensor probs;
  private final List<Argument> arguments;

  private Geometric(Tensor probs) {
    this.probs = probs;
    this.arguments = Arguments.of("Geometric").and("probs", probs, Rule.PROBABILITY).list();
  }

  /** By the probability of success. */
  public static Geometric probs(Tensor probs) {
    return new Geometric(probs);
  }

  /** By the probability of success. */
  public static Geometric probs(double probs) {
    return probs(Tensor.number(probs));
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
    Tensor inside = Inside.whole(x);
    Tensor k = Inside.limited(inside, x, 0);
    Tensor first = k.equalTo(0);
    // At p = 1 only 0 is possible: the logarithm not taken is limited.
    Tensor fail = first.select(Tensor.number(0), probs.negate()).log1p();
    return k.times(fail).plus(probs.log()).plus(Inside.log(inside));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return HostDraws.each(
        seed,
        batch,
        (random, p) -> Math.floor(Math.log(Seed.openUniform(random)) / Math.log1p(-p[0])),
        probs);
  }

  @Override
  public Tensor mean() {
    return probs.negate().plus(1).over(probs);
  }

  @Override
  public Tensor variance() {
    return probs.negate().plus(1).over(probs.square());
  }

  @Override
  public Tensor cdf(Tensor k) {
    return k.floor().plus(1).times(probs.negate().log1p()).expm1().negate();
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
