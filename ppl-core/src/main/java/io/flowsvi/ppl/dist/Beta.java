package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The beta distribution on (0, 1).
 *
 * <p>log p(x) = (α − 1) log x + (β − 1) log(1 − x) − log B(α, β).
 */
public final class Beta implements HasMean, HasVariance, HasKl<Beta> {
  private final Tensor alpha;
  private final Tensor beta;
  private final List<Argument> arguments;

  private Beta(Tensor alpha, Tensor beta) {
    this.alpha = alpha;
    this.beta = beta;
    this.arguments =
        Arguments.of("Beta")
            .and("alpha", alpha, Rule.POSITIVE)
            .and("beta", beta, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Beta of(Tensor alpha, Tensor beta) {
    return new Beta(alpha, beta);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Beta of(double alpha, double beta) {
    return of(Tensor.number(alpha), Tensor.number(beta));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Beta of(double alpha, Tensor beta) {
    return of(Tensor.number(alpha), beta);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Beta of(Tensor alpha, double beta) {
    return of(alpha, Tensor.number(beta));
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
    return Interval.of(0, 1);
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor inside = value.greaterThan(0).times(value.lessThan(1));
    Tensor x = Inside.limited(inside, value, 0.5);
    Tensor logBeta = alpha.logBeta(beta);
    Tensor kernel = alpha.minus(1).times(x.log()).plus(beta.minus(1).times(x.negate().log1p()));
    return Inside.density(inside, kernel.minus(logBeta));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor a = alpha.expand(batch).standardGamma(seed.fold("alpha"));
    Tensor b = beta.expand(batch).standardGamma(seed.fold("beta"));
    return a.over(a.plus(b));
  }

  @Override
  public Tensor mean() {
    return alpha.over(alpha.plus(beta));
  }

  @Override
  public Tensor variance() {
    Tensor total = alpha.plus(beta);
    return alpha.times(beta).over(total.square().times(total.plus(1)));
  }

  @Override
  public Tensor kl(Beta other) {
    Tensor total = alpha.plus(beta);
    Tensor normalizers = other.alpha.logBeta(other.beta).minus(alpha.logBeta(beta));
    Tensor first = alpha.minus(other.alpha).times(alpha.digamma());
    Tensor second = beta.minus(other.beta).times(beta.digamma());
    Tensor both = other.alpha.plus(other.beta).minus(total).times(total.digamma());
    return normalizers.plus(first).plus(second).plus(both);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
