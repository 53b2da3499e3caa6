package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The normal distribution.
 *
 * <p>log p(x) = −½((x − loc)/scale)² − log scale − ½ log 2π, on the real line; scale is the
 * standard deviation. Draws are reparameterised: loc + scale·ε.
 */
public final class Normal implements HasMean, HasVariance, HasLogCdf, HasKl<Normal>, LocationScale {
  private final Tensor loc;
  private final Tensor scale;
  private final List<Argument> arguments;

  private Normal(Tensor loc, Tensor scale) {
    this.loc = loc;
    this.scale = scale;
    this.arguments =
        Arguments.of("Normal").and("loc", loc, Rule.REAL).and("scale", scale, Rule.POSITIVE).list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Normal of(Tensor loc, Tensor scale) {
    return new Normal(loc, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Normal of(double loc, double scale) {
    return of(Tensor.number(loc), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Normal of(double loc, Tensor scale) {
    return of(Tensor.number(loc), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Normal of(Tensor loc, double scale) {
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
    Tensor z = x.minus(loc).over(scale);
    return z.square().times(-0.5).minus(scale.log().plus(Arguments.HALF_LOG_2PI));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor z = Arena.current().normal(seed, batch);
    return z.times(scale).plus(loc);
  }

  @Override
  public Tensor mean() {
    return loc.plus(scale.times(0));
  }

  @Override
  public Tensor variance() {
    return scale.square().plus(loc.times(0));
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return x.minus(loc).over(scale).logNormalCdf();
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return loc.minus(x).over(scale).logNormalCdf();
  }

  @Override
  public Tensor kl(Normal other) {
    Tensor ratio = scale.over(other.scale).square();
    Tensor shift = loc.minus(other.loc).over(other.scale).square();
    return ratio.plus(shift).minus(1).minus(ratio.log()).times(0.5);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }

  @Override
  public Distribution standard() {
    return Normal.of(0, 1);
  }
}
