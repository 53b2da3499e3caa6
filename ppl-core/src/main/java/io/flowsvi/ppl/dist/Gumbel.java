package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The Gumbel distribution of the largest of many.
 *
 * <p>log p(x) = −z − e^−z − log scale, z = (x − loc)/scale; mean loc + γ·scale with Euler's γ.
 */
public final class Gumbel implements HasMean, HasVariance, HasLogCdf, LocationScale {
  private static final double EULER = 0.5772156649015329;

  private final Tensor loc;
  private final Tensor scale;
  private final List<Argument> arguments;

  private Gumbel(Tensor loc, Tensor scale) {
    this.loc = loc;
    this.scale = scale;
    this.arguments =
        Arguments.of("Gumbel").and("loc", loc, Rule.REAL).and("scale", scale, Rule.POSITIVE).list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Gumbel of(Tensor loc, Tensor scale) {
    return new Gumbel(loc, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Gumbel of(double loc, double scale) {
    return of(Tensor.number(loc), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Gumbel of(double loc, Tensor scale) {
    return of(Tensor.number(loc), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Gumbel of(Tensor loc, double scale) {
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
    return z.plus(z.negate().exp()).plus(scale.log()).negate();
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    return u.log().negate().log().negate().times(scale).plus(loc);
  }

  @Override
  public Tensor mean() {
    return loc.plus(scale.times(EULER));
  }

  @Override
  public Tensor variance() {
    return scale.square().times(Math.PI * Math.PI / 6).plus(loc.times(0));
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return loc.minus(x).over(scale).exp().negate();
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return Tails.logOneMinusExp(loc.minus(x).over(scale).exp());
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }

  @Override
  public Distribution standard() {
    return Gumbel.of(0, 1);
  }
}
