package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * How often each of K categories comes up in n trials, by logits {@code [..., K]}, which need not
 * be normalised.
 *
 * <p>log p(x) = log n! − Σ log x_k! + Σ x_k log p_k, with 0·log 0 = 0; −∞ where Σ x ≠ n. One event
 * is {@code [K]}.
 */
public final class Multinomial implements HasMean, HasVariance {
  private final Tensor trials;
  private final Tensor logits;
  private final List<Argument> arguments;

  private Multinomial(Tensor trials, Tensor logits) {
    if (logits.shape().rank() < 1) {
      throw new PplException(
          "Multinomial: logits must be [..., K], one per category on the last axis, got "
              + logits.shape()
              + ".");
    }
    this.trials = trials;
    this.logits = logits;
    this.arguments =
        Arguments.of("Multinomial")
            .and("trials", trials, Rule.COUNT)
            .and("logits", logits, Rule.EXTENDED)
            .list();
  }

  /** By the number of trials and logits, categories on the last axis. */
  public static Multinomial logits(Tensor trials, Tensor logits) {
    return new Multinomial(trials, logits);
  }

  /** As {@link #logits(Tensor, Tensor)}. */
  public static Multinomial logits(double trials, Tensor logits) {
    return logits(Tensor.number(trials), logits);
  }

  @Override
  public Shape eventShape() {
    return logits.shape().trailing(1);
  }

  @Override
  public Support support() {
    return trials.isNumber() ? Counts.withTotal(trials.asNumber()) : Counts.any();
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor whole = Inside.whole(value);
    Tensor x = Inside.limited(whole, value, 0);
    Tensor inside = value.sum(-1).equalTo(trials);
    Tensor outside = Inside.log(inside).plus(Inside.log(whole).sum(-1));
    Tensor logP = x.equalTo(0).select(Tensor.number(0), logits.logSoftmax(-1));
    Tensor choose = trials.plus(1).lgamma().minus(x.plus(1).lgamma().sum(-1));
    return x.times(logP).sum(-1).plus(choose.plus(outside));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    int k = logits.shape().dim(-1);
    double[] p = logits.softmax(-1).expand(batch.append(k)).toDoubles();
    double[] n = trials.expand(batch).toDoubles();
    double[] draws = new double[p.length];
    seed.each(
        batch,
        (random, i) -> {
          double left = n[i];
          double rest = 1;
          // Category by category, each a binomial of what the ones before left.
          for (int at = i * k; at < i * k + k - 1; at++) {
            double share = rest > 0 ? Math.min(1, p[at] / rest) : 1;
            draws[at] = left > 0 ? HostDraws.binomial(random, left, share) : 0;
            left -= draws[at];
            rest -= p[at];
          }
          draws[i * k + k - 1] = left;
          return left;
        });
    return Arena.current().tensor(draws, batch.append(k));
  }

  private Tensor column() {
    return trials.isNumber() ? trials : trials.unsqueeze(-1);
  }

  @Override
  public Tensor mean() {
    return logits.softmax(-1).times(column());
  }

  @Override
  public Tensor variance() {
    Tensor p = logits.softmax(-1);
    return p.times(p.negate().plus(1)).times(column());
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
