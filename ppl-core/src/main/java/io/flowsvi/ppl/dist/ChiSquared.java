package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The sum of df squared standard normals: gamma(df/2, rate ½).
 *
 * <p>log p(x) = (df/2 − 1) log x − x/2 − (df/2) log 2 − log Γ(df/2), on x &gt; 0.
 */
public final class ChiSquared implements HasMean, HasVariance {
  private final Tensor df;
  private final List<Argument> arguments;

  private ChiSquared(Tensor df) {
    this.df = df;
    this.arguments = Arguments.of("ChiSquared").and("df", df, Rule.POSITIVE).list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static ChiSquared of(Tensor df) {
    return new ChiSquared(df);
  }

  /** As {@link #of(Tensor)}. */
  public static ChiSquared of(double df) {
    return of(Tensor.number(df));
  }

  /** The parameter df. */
  public Tensor df() {
    return df;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Positive.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor inside = value.greaterThan(0);
    Tensor x = Inside.limited(inside, value, 1);
    Tensor half = df.times(0.5);
    Tensor constant = half.times(Math.log(2)).plus(half.lgamma());
    Tensor log = half.minus(1).times(x.log()).minus(x.times(0.5)).minus(constant);
    return Inside.density(inside, log);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return df.times(0.5).expand(batch).standardGamma(seed).times(2);
  }

  @Override
  public Tensor mean() {
    return df;
  }

  @Override
  public Tensor variance() {
    return df.times(2);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
