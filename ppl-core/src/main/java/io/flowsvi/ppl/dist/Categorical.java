package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * One of K categories by logits {@code [..., K]}, which need not be normalised.
 *
 * <p>log p(k) = η_k − log Σ e^η. Values 0 to K − 1; others have log density −∞.
 */
public final class Categorical implements HasKl<Categorical> {
  private final Tensor logits;
  private final List<Argument> arguments;

  private Categorical(Tensor logits) {
    this.logits = logits;
    this.arguments = Arguments.of("Categorical").and("logits", logits, Rule.EXTENDED).list();
  }

  /** By logits, categories on the last axis. */
  public static Categorical logits(Tensor logits) {
    return new Categorical(logits);
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Category.of(logits.shape().dim(-1));
  }

  @Override
  public Tensor logProb(Tensor value) {
    int k = logits.shape().dim(-1);
    Tensor inside = Inside.whole(value).times(value.lessThan(k));
    Tensor limited = Inside.limited(inside, value, 0);
    return logits.logSoftmax(-1).choose(limited).plus(Inside.log(inside));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    int k = logits.shape().dim(-1);
    double[] p = logits.softmax(-1).expand(batch.append(k)).toDoubles();
    double[] draws = Arena.current().uniform(seed, batch).toDoubles();
    for (int i = 0; i < draws.length; i++) {
      int at = 0;
      for (double sum = p[i * k]; sum < draws[i] && at < k - 1; sum += p[i * k + at]) {
        at++;
      }
      draws[i] = at;
    }
    return Arena.current().tensor(draws, batch);
  }

  @Override
  public Tensor kl(Categorical other) {
    Tensor logP = logits.logSoftmax(-1);
    Tensor p = logP.exp();
    // A category that never comes up adds nothing, whatever the other's probability.
    Tensor some = p.greaterThan(0);
    Tensor difference = some.select(logP.minus(other.logits.logSoftmax(-1)), 0);
    return p.times(difference).sum(-1);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
