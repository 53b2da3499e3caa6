package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Overdispersed counts by mean, or its logarithm, and dispersion; variance μ + μ²/φ.
 *
 * <p>log p(k) = log Γ(k + φ) − log k! − log Γ(φ) − φ log(1 + μ/φ) − k log(1 + φ/μ), μ the mean, φ
 * the dispersion (Stan's neg_binomial_2, and neg_binomial_2_log by {@link #logMean}). Other values
 * than whole numbers from 0 have log density −∞.
 */
public final class NegativeBinomial implements HasMean, HasVariance {
  private final Tensor mean;
  private final Tensor dispersion;
  private final boolean byLog;
  private final List<Argument> arguments;

  private NegativeBinomial(Tensor mean, Tensor dispersion, boolean byLog) {
    this.mean = mean;
    this.dispersion = dispersion;
    this.byLog = byLog;
    this.arguments =
        Arguments.of("NegativeBinomial")
            .and(byLog ? "logMean" : "mean", mean, byLog ? Rule.REAL : Rule.POSITIVE)
            .and("dispersion", dispersion, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static NegativeBinomial of(Tensor mean, Tensor dispersion) {
    return new NegativeBinomial(mean, dispersion, false);
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

  /** By the logarithm of the mean: a linear predictor stays accurate, however large. */
  public static NegativeBinomial logMean(Tensor logMean, Tensor dispersion) {
    return new NegativeBinomial(logMean, dispersion, true);
  }

  /** As {@link #logMean(Tensor, Tensor)}. */
  public static NegativeBinomial logMean(Tensor logMean, double dispersion) {
    return logMean(logMean, Tensor.number(dispersion));
  }

  /** As {@link #logMean(Tensor, Tensor)}. */
  public static NegativeBinomial logMean(double logMean, double dispersion) {
    return logMean(Tensor.number(logMean), dispersion);
  }

  @Override
  public Tensor mean() {
    return byLog ? mean.exp() : mean;
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
  public Tensor logProb(Tensor value) {
    Tensor inside = Inside.whole(value);
    Tensor x = Inside.limited(inside, value, 0);
    // Γ(k + φ)/(k! Γ(φ)) = 1/((k + φ) B(k + 1, φ))
    Tensor ways = x.plus(1).logBeta(dispersion).plus(x.plus(dispersion).log());
    Tensor choose = Inside.log(inside).minus(ways);
    if (byLog) {
      Tensor logRatio = mean.minus(dispersion.log());
      Tensor zeros = dispersion.times(logRatio.softplus());
      return choose.minus(zeros).minus(x.times(logRatio.negate().softplus()));
    }
    Tensor zeros = dispersion.times(mean.over(dispersion).log1p());
    return choose.minus(zeros).minus(x.times(dispersion.over(mean).log1p()));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor rate =
        dispersion.expand(batch).standardGamma(seed.fold("rate")).times(mean().over(dispersion));
    return HostDraws.poisson(seed.fold("count"), batch, rate);
  }

  @Override
  public Tensor variance() {
    Tensor m = mean();
    return m.plus(m.square().over(dispersion));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
