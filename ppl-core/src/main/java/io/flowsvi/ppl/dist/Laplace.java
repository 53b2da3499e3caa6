package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The double exponential distribution.
 *
 * <p>log p(x) = −|x − loc|/scale − log(2 scale).
 */
public final class Laplace implements HasMean, HasVariance, HasCdf, LocationScale, HasKl<Laplace> {
  private final Tensor loc;
  private final Tensor scale;
  private final List<Argument> arguments;

  private Laplace(Tensor loc, Tensor scale) {
    this.loc = loc;
    this.scale = scale;
    this.arguments =
        Arguments.of("Laplace")
            .and("loc", loc, Rule.REAL)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Laplace of(Tensor loc, Tensor scale) {
    return new Laplace(loc, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Laplace of(double loc, double scale) {
    return of(Tensor.number(loc), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Laplace of(double loc, Tensor scale) {
    return of(Tensor.number(loc), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Laplace of(Tensor loc, double scale) {
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
    return x.minus(loc).over(scale).abs().negate().minus(scale.times(2).log());
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    Tensor v = u.times(2).minus(1);
    return v.sign().times(v.abs().negate().log1p()).negate().times(scale).plus(loc);
  }

  @Override
  public Tensor mean() {
    return loc.plus(scale.times(0));
  }

  @Override
  public Tensor variance() {
    return scale.square().times(2).plus(loc.times(0));
  }

  @Override
  public Tensor cdf(Tensor x) {
    Tensor z = x.minus(loc).over(scale);
    Tensor tail = z.abs().negate().exp().times(0.5);
    return z.lessThan(0).select(tail, tail.negate().plus(1));
  }

  @Override
  public Tensor kl(Laplace other) {
    Tensor distance = loc.minus(other.loc).abs();
    Tensor inside = distance.over(scale).negate().exp().times(scale).plus(distance);
    return inside.over(other.scale).minus(1).plus(other.scale.log()).minus(scale.log());
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }

  @Override
  public Distribution standard() {
    return Laplace.of(0, 1);
  }
}
