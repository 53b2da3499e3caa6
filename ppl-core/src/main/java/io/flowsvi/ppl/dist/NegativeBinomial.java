package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Overdispersed counts by mean and dispersion; variance μ + μ²/φ.
 *
 * <p>log p(k) = log Γ(k + φ) − log k! − log Γ(φ) − φ log(1 + μ/φ) − k log(1 + φ/μ), μ the mean, φ
 * the dispersion (Stan's neg_binomial_2).
 */
public final class NegativeBinomial implements HasMean, HasVariance {
  private final Tensor mean;
  private final Tensor dispersion;
  private final List<Argument> arguments;

  private NegativeBinomial(Tensor mean, Tensor dispersion) {
    this.mean = mean;
    this.dispersion = dispersion;
    this.arguments =
        Arguments.of("NegativeBinomial")
            .and("mean", mean, Rule.POSITIVE)
            .and("dispersion", dispersion, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static NegativeBinomial of(Tensor mean, Tensor dispersion) {
    return new NegativeBinomial(mean, dispersion);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static NegativeBinomial of(double mean, double dispersion) {
    return of(Tensor.number(mean), Tensor.number(dispersion));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static NegativeBinomial of(double mean, Tensor dispersion) {
    return of(Tensor.number(mean), dispersion);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static NegativeBinomial of(Tensor mean, double dispersion) {
    return of(mean, Tensor.number(dispersion));
  }

  @Override
  public Tensor mean() {
    return mean;
  }

  /** The parameter dispersion. */
  public Tensor dispersion() {
    return dispersion;
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
    Tensor choose =
        x.plus(dispersion).lgamma().minus(x.plus(1).lgamma()).minus(dispersion.lgamma());
    Tensor zeros = dispersion.times(mean.over(dispersion).log1p());
    return choose.minus(zeros).minus(x.times(dispersion.over(mean).log1p()));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor rate =
        dispersion.expand(batch).standardGamma(seed.fold("rate")).times(mean.over(dispersion));
    return HostDraws.poisson(seed.fold("count"), batch, rate);
  }

  @Override
  public Tensor variance() {
    return mean.plus(mean.square().over(dispersion));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
