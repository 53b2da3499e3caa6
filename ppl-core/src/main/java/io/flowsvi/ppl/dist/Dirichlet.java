package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Random probability vectors by concentrations {@code [..., K]}.
 *
 * <p>log p(x) = Σ (α_k − 1) log x_k + log Γ(Σ α) − Σ log Γ(α_k), with respect to the first K − 1
 * coordinates.
 */
public final class Dirichlet implements HasMean, HasVariance, HasKl<Dirichlet> {
  private final Tensor concentration;
  private final List<Argument> arguments;

  private Dirichlet(Tensor concentration) {
    this.concentration = concentration;
    this.arguments =
        Arguments.of("Dirichlet").and("concentration", concentration, Rule.POSITIVE).list();
  }

  /** With these concentrations on the last axis. */
  public static Dirichlet of(Tensor concentration) {
    return new Dirichlet(concentration);
  }

  @Override
  public Shape eventShape() {
    return concentration.shape().trailing(1);
  }

  @Override
  public Support support() {
    return Simplex.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor negative = value.lessThan(0).max(-1);
    Tensor off = value.sum(-1).minus(1).abs();
    Tensor inside = off.atMost(1e-6).times(negative.equalTo(0));
    Tensor x = value.maximum(0);
    Tensor less = concentration.minus(1);
    // A concentration of exactly 1 ignores log 0 at the edge, and only there: 0·log 0 = 0, but
    // inside its gradient is log x.
    Tensor flat = less.equalTo(0).times(x.equalTo(0));
    Tensor ignored = flat.plus(inside.equalTo(0).unsqueeze(-1));
    Tensor kernel = less.times(ignored.select(Tensor.number(1), x).log()).sum(-1);
    Tensor constant = concentration.sum(-1).lgamma().minus(concentration.lgamma().sum(-1));
    return Inside.density(inside, kernel.plus(constant));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor gammas = concentration.expand(batch.append(eventShape())).standardGamma(seed);
    return gammas.over(gammas.sum(-1).unsqueeze(-1));
  }

  @Override
  public Tensor mean() {
    return concentration.over(concentration.sum(-1).unsqueeze(-1));
  }

  @Override
  public Tensor variance() {
    Tensor m = mean();
    return m.times(m.negate().plus(1)).over(concentration.sum(-1).unsqueeze(-1).plus(1));
  }

  @Override
  public Tensor kl(Dirichlet other) {
    Tensor total = concentration.sum(-1);
    Tensor otherTotal = other.concentration.sum(-1);
    Tensor gammas = other.concentration.lgamma().minus(concentration.lgamma()).sum(-1);
    Tensor logs = concentration.digamma().minus(total.digamma().unsqueeze(-1));
    Tensor excess = concentration.minus(other.concentration).times(logs).sum(-1);
    return total.lgamma().minus(otherTotal.lgamma()).plus(gammas).plus(excess);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
