package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The absolute value of a Cauchy(0, scale).
 *
 * <p>log p(x) = log(2/π) − log scale − log(1 + (x/scale)²), on x ≥ 0. It has no mean.
 */
public final class HalfCauchy implements HasCdf {
  private final Tensor scale;
  private final List<Argument> arguments;

  private HalfCauchy(Tensor scale) {
    this.scale = scale;
    this.arguments = Arguments.of("HalfCauchy").and("scale", scale, Rule.POSITIVE).list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static HalfCauchy of(Tensor scale) {
    return new HalfCauchy(scale);
  }

  /** As {@link #of(Tensor)}. */
  public static HalfCauchy of(double scale) {
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
        x.over(scale).square().log1p().negate().minus(scale.log().plus(Math.log(Math.PI / 2)));
    return Inside.density(x.atLeast(0), log);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    Tensor angle = u.times(Math.PI / 2);
    return angle.sin().over(angle.cos()).times(scale);
  }

  @Override
  public Tensor cdf(Tensor x) {
    return x.maximum(0).over(scale).atan().times(2 / Math.PI);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
