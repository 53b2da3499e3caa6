package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Normal effects of K groups, given that they sum to 0.
 *
 * <p>log p(x) = −½ Σ x²/scale² − (K − 1)(log scale + ½ log 2π) + ½ log K, with respect to the first
 * K − 1 coordinates: the normal with covariance scale²(I − 11ᵀ/K). scale is {@code [...]}, one
 * event {@code [K]}. Draws are normal vectors less their mean.
 */
public final class ZeroSumNormal implements HasMean, HasVariance {
  private final int size;
  private final Tensor scale;
  private final List<Argument> arguments;

  private ZeroSumNormal(int size, Tensor scale) {
    if (size < 2) {
      throw new PplException(
          "ZeroSumNormal: there must be at least 2 groups, got "
              + size
              + ": a single number with sum 0 is 0.");
    }
    this.size = size;
    this.scale = scale;
    this.arguments = Arguments.of("ZeroSumNormal").and("scale", scale, Rule.POSITIVE).list();
  }

  /** Of this many groups, with this standard deviation before the sum is taken away. */
  public static ZeroSumNormal of(int groups, Tensor scale) {
    return new ZeroSumNormal(groups, scale);
  }

  /** As {@link #of(int, Tensor)}. */
  public static ZeroSumNormal of(int groups, double scale) {
    return of(groups, Tensor.number(scale));
  }

  private Tensor column() {
    return scale.isNumber() ? scale : scale.unsqueeze(-1);
  }

  @Override
  public Shape eventShape() {
    return Shape.of(size);
  }

  @Override
  public Support support() {
    return ZeroSum.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor squares = x.over(column()).square().sum(-1);
    Tensor constant = scale.log().plus(Arguments.HALF_LOG_2PI).times(size - 1);
    return squares.times(-0.5).minus(constant).plus(0.5 * Math.log(size));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor z = Arena.current().normal(seed, batch.append(size));
    return z.minus(z.mean(-1).unsqueeze(-1)).times(column());
  }

  @Override
  public Tensor mean() {
    return column().times(Arena.current().zeros(eventShape()));
  }

  @Override
  public Tensor variance() {
    Tensor share = Arena.current().full(1 - 1.0 / size, eventShape());
    return column().square().times(share);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
