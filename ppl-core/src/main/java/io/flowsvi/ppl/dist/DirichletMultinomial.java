package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Counts of n trials over K categories whose probabilities come from a Dirichlet distribution.
 *
 * <p>log p(x) = log(n B(α₀, n)) − Σ_{x_k &gt; 0} log(x_k B(α_k, x_k)), α₀ = Σ α_k; −∞ where Σ x ≠
 * n. trials n is {@code [...]}, concentration α {@code [..., K]}, one event {@code [K]}. The beta
 * functions keep their digits where the concentrations are large and this is nearly multinomial.
 */
public final class DirichletMultinomial implements HasMean, HasVariance {
  private final Tensor trials;
  private final Tensor concentration;
  private final List<Argument> arguments;

  private DirichletMultinomial(Tensor trials, Tensor concentration) {
    if (concentration.shape().rank() < 1) {
      throw new PplException(
          "DirichletMultinomial: concentration must be [..., K], one per category on the last axis,"
              + " got "
              + concentration.shape()
              + ".");
    }
    this.trials = trials;
    this.concentration = concentration;
    this.arguments =
        Arguments.of("DirichletMultinomial")
            .and("trials", trials, Rule.COUNT)
            .and("concentration", concentration, Rule.POSITIVE)
            .list();
  }

  /** By the number of trials and the concentrations, categories on the last axis. */
  public static DirichletMultinomial of(Tensor trials, Tensor concentration) {
    return new DirichletMultinomial(trials, concentration);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static DirichletMultinomial of(double trials, Tensor concentration) {
    return of(Tensor.number(trials), concentration);
  }

  @Override
  public Shape eventShape() {
    return concentration.shape().trailing(1);
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
    Tensor each = logCountTimesBeta(x, concentration);
    Tensor all = logCountTimesBeta(trials, concentration.sum(-1));
    return all.minus(each.sum(-1)).plus(outside);
  }

  /** log(n B(α, n)), 0 where n is 0. */
  private static Tensor logCountTimesBeta(Tensor n, Tensor alpha) {
    Tensor some = n.greaterThan(0);
    Tensor count = Inside.limited(some, n, 1);
    return some.select(alpha.logBeta(count).plus(count.log()), 0);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Shape full = batch.append(eventShape());
    Tensor weights = concentration.expand(full).standardGamma(seed.fold("probabilities"));
    // Probabilities are drawn on the host's side of a choice of whole numbers: no gradient.
    return Multinomial.logits(trials, weights.stopGradient().log())
        .sample(seed.fold("counts"), batch);
  }

  private Tensor column(Tensor parameter) {
    return parameter.isNumber() ? parameter : parameter.unsqueeze(-1);
  }

  private Tensor probabilities() {
    return concentration.over(concentration.sum(-1).unsqueeze(-1));
  }

  @Override
  public Tensor mean() {
    return probabilities().times(column(trials));
  }

  @Override
  public Tensor variance() {
    Tensor p = probabilities();
    Tensor total = concentration.sum(-1).unsqueeze(-1);
    Tensor excess = column(trials).plus(total).over(total.plus(1));
    return p.times(p.negate().plus(1)).times(column(trials)).times(excess);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
