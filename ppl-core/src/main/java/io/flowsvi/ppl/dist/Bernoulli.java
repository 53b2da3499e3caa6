package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A coin, by logits or by probability.
 *
 * <p>By logits η: log p(x) = x·η − log(1 + e^η), exact for any finite η. By probability: log of p
 * or of 1 − p; 0 and 1 are allowed. Values 0 and 1; others have log density −∞.
 */
public final class Bernoulli implements HasMean, HasVariance {
  private final Tensor parameter;
  private final boolean byLogits;
  private final List<Argument> arguments;

  private Bernoulli(Tensor parameter, boolean byLogits) {
    this.parameter = parameter;
    this.byLogits = byLogits;
    this.arguments =
        Arguments.of("Bernoulli")
            .and(byLogits ? "logits" : "probs", parameter, byLogits ? Rule.REAL : Rule.PROBABILITY)
            .list();
  }

  /** By logits: the log odds of 1. */
  public static Bernoulli logits(Tensor logits) {
    return new Bernoulli(logits, true);
  }

  /** By logits: the log odds of 1. */
  public static Bernoulli logits(double logits) {
    return logits(Tensor.number(logits));
  }

  /** By the probability of 1. */
  public static Bernoulli probs(Tensor probs) {
    return new Bernoulli(probs, false);
  }

  /** By the probability of 1. */
  public static Bernoulli probs(double probs) {
    return probs(Tensor.number(probs));
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Binary.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    // Only 0 and 1 are their own squares.
    Tensor outside = Inside.log(x.square().equalTo(x));
    if (byLogits) {
      return x.times(parameter).minus(parameter.softplus()).plus(outside);
    }
    Tensor probs = x.equalTo(1).select(parameter, parameter.negate().plus(1));
    return probs.log().plus(outside);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return HostDraws.each(
        seed, batch, (random, p) -> Seed.openUniform(random) < p[0] ? 1 : 0, mean());
  }

  @Override
  public Tensor mean() {
    return byLogits ? parameter.sigmoid() : parameter;
  }

  @Override
  public Tensor variance() {
    return byLogits
        ? parameter.sigmoid().times(parameter.negate().sigmoid())
        : parameter.times(parameter.negate().plus(1));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
