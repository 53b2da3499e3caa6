package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The absolute value of a normal(0, scale).
 *
 * <p>log p(x) = ½ log(2/π) − log scale − ½(x/scale)², on x ≥ 0.
 */
public final class HalfNormal implements HasMean, HasVariance, HasCdf, HasKl<HalfNormal> {
  private final Tensor scale;
  private final List<Argument> arguments;

  private HalfNormal(Tensor scale) {
    this.scale = scale;
    this.arguments = Arguments.of("HalfNormal").and("scale", scale, Rule.POSITIVE).list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static HalfNormal of(Tensor scale) {
    return new HalfNormal(scale);
  }

  /** As {@link #of(Tensor)}. */
  public static HalfNormal of(double scale) {
    return of(Tensor.number(scale));
  }

  /** The parameter scale. */
  public Tensor scale() {
    return scale;
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
  public Tensor logProb(Tensor x) {
    Tensor log =
        x.over(scale).square().times(-0.5).minus(scale.log().plus(0.5 * Math.log(Math.PI / 2)));
    return Inside.density(x.atLeast(0), log);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor z = Arena.current().normal(seed, batch);
    return z.abs().times(scale);
  }

  @Override
  public Tensor mean() {
    return scale.times(Math.sqrt(2 / Math.PI));
  }

  @Override
  public Tensor variance() {
    return scale.square().times(1 - 2 / Math.PI);
  }

  @Override
  public Tensor cdf(Tensor x) {
    return x.maximum(0).over(scale).times(Math.sqrt(0.5)).erf();
  }

  @Override
  public Tensor kl(HalfNormal other) {
    return Normal.of(0, scale).kl(Normal.of(0, other.scale));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
