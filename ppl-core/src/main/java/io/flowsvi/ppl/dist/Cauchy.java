package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The Cauchy distribution: Student-t with one degree of freedom.
 *
 * <p>log p(x) = −log π − log scale − log(1 + z²), z = (x − loc)/scale. It has no mean.
 */
public final class Cauchy implements HasCdf, LocationScale {
  private final Tensor loc;
  private final Tensor scale;
  private final List<Argument> arguments;

  private Cauchy(Tensor loc, Tensor scale) {
    this.loc = loc;
    this.scale = scale;
    this.arguments =
        Arguments.of("Cauchy").and("loc", loc, Rule.REAL).and("scale", scale, Rule.POSITIVE).list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Cauchy of(Tensor loc, Tensor scale) {
    return new Cauchy(loc, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Cauchy of(double loc, double scale) {
    return of(Tensor.number(loc), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Cauchy of(double loc, Tensor scale) {
    return of(Tensor.number(loc), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Cauchy of(Tensor loc, double scale) {
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
    return z.square().log1p().negate().minus(scale.log().plus(Math.log(Math.PI)));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    // tan(π(u − ½)) = −cos(πu)/sin(πu)
    Tensor angle = u.times(Math.PI);
    return angle.cos().over(angle.sin()).negate().times(scale).plus(loc);
  }

  @Override
  public Tensor cdf(Tensor x) {
    // atan2 keeps the lower tail: P(X ≤ x) = atan2(1, −z)/π.
    Tensor z = x.minus(loc).over(scale);
    return Tensor.number(1).atan2(z.negate()).over(Math.PI);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }

  @Override
  public Distribution standard() {
    return Cauchy.of(0, 1);
  }
}
