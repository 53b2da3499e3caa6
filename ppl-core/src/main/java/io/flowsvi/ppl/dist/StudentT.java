package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Student's t with location and scale (not the standard deviation).
 *
 * <p>log p(x) = −log B(ν/2, ½) − ½ log ν − log scale − ½(ν+1) log(1 + z²/ν), z = (x − loc)/scale.
 * Draws are normal over the root of a gamma draw, differentiable in ν.
 */
public final class StudentT implements HasMean, HasVariance, LocationScale {
  private final Tensor df;
  private final Tensor loc;
  private final Tensor scale;
  private final List<Argument> arguments;

  private StudentT(Tensor df, Tensor loc, Tensor scale) {
    this.df = df;
    this.loc = loc;
    this.scale = scale;
    this.arguments =
        Arguments.of("StudentT")
            .and("df", df, Rule.POSITIVE)
            .and("loc", loc, Rule.REAL)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static StudentT of(Tensor df, Tensor loc, Tensor scale) {
    return new StudentT(df, loc, scale);
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static StudentT of(double df, double loc, double scale) {
    return of(Tensor.number(df), Tensor.number(loc), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static StudentT of(double df, double loc, Tensor scale) {
    return of(Tensor.number(df), Tensor.number(loc), scale);
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static StudentT of(double df, Tensor loc, double scale) {
    return of(Tensor.number(df), loc, Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static StudentT of(double df, Tensor loc, Tensor scale) {
    return of(Tensor.number(df), loc, scale);
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static StudentT of(Tensor df, double loc, double scale) {
    return of(df, Tensor.number(loc), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static StudentT of(Tensor df, double loc, Tensor scale) {
    return of(df, Tensor.number(loc), scale);
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static StudentT of(Tensor df, Tensor loc, double scale) {
    return of(df, loc, Tensor.number(scale));
  }

  /** The parameter df. */
  public Tensor df() {
    return df;
  }

  @Override
  public Tensor loc() {
    return loc;
  }

  @Override
  public Tensor scale() {
    return scale;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Real.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor z = x.minus(loc).over(scale);
    Tensor half = df.plus(1).times(0.5);
    Tensor constant =
        df.times(0.5)
            .logBeta(Tensor.number(0.5))
            .plus(df.log().times(0.5))
            .plus(scale.log())
            .negate();
    return constant.minus(half.times(z.square().over(df).log1p()));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor z = Arena.current().normal(seed.fold("normal"), batch);
    Tensor alpha = df.times(0.5).expand(batch);
    Tensor chi = alpha.standardGamma(seed.fold("gamma"));
    return z.times(alpha.over(chi).sqrt()).times(scale).plus(loc);
  }

  @Override
  public Tensor mean() {
    return df.greaterThan(1).select(loc, Double.NaN).plus(scale.times(0));
  }

  @Override
  public Tensor variance() {
    Tensor finite = df.over(df.minus(2)).times(scale.square());
    Tensor heavy = df.greaterThan(1).select(Tensor.number(Double.POSITIVE_INFINITY), Double.NaN);
    return df.greaterThan(2).select(finite, heavy);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }

  @Override
  public Distribution standard() {
    return StudentT.of(df, 0, 1);
  }
}
