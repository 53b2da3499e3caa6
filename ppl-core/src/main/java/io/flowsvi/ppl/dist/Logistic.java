package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The logistic distribution.
 *
 * <p>log p(x) = −z − 2 log(1 + e^−z) − log scale, z = (x − loc)/scale; symmetric, so |z| is used.
 */
public final class Logistic implements HasMean, HasVariance, HasLogCdf, LocationScale {
  private final Tensor loc;
  private final Tensor scale;
  private final List<Argument> arguments;

  private Logistic(Tensor loc, Tensor scale) {
    this.loc = loc;
    this.scale = scale;
    this.arguments =
        Arguments.of("Logistic")
            .and("loc", loc, Rule.REAL)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Logistic of(Tensor loc, Tensor scale) {
    return new Logistic(loc, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Logistic of(double loc, double scale) {
    return of(Tensor.number(loc), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Logistic of(double loc, Tensor scale) {
    return of(Tensor.number(loc), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Logistic of(Tensor loc, double scale) {
    return of(loc, Tensor.number(scale));
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
    Tensor z = x.minus(loc).over(scale).abs();
    return z.negate().exp().log1p().times(-2).minus(z).minus(scale.log());
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    return u.log().minus(u.negate().log1p()).times(scale).plus(loc);
  }

  @Override
  public Tensor mean() {
    return loc.plus(scale.times(0));
  }

  @Override
  public Tensor variance() {
    return scale.square().times(Math.PI * Math.PI / 3).plus(loc.times(0));
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return x.minus(loc).over(scale).logSigmoid();
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return loc.minus(x).over(scale).logSigmoid();
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }

  @Override
  public Distribution standard() {
    return Logistic.of(0, 1);
  }
}
