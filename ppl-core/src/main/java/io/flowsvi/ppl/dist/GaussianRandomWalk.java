package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A path of T steps from 0: x_1 normal(0, scale), x_t normal(x_{t−1}, scale).
 *
 * <p>log p(x) = Σ log normal(x_t − x_{t−1}; 0, scale), x_0 = 0. One event is {@code [T]}; the scale
 * is {@code [...]}, one for the whole path.
 */
public final class GaussianRandomWalk implements HasMean, HasVariance, Standardized {
  private final int length;
  private final Tensor scale;
  private final List<Argument> arguments;

  private GaussianRandomWalk(int length, Tensor scale) {
    if (length < 1) {
      throw new PplException(
          "GaussianRandomWalk: the length must be at least 1, got " + length + ".");
    }
    this.length = length;
    this.scale = scale;
    this.arguments = Arguments.of("GaussianRandomWalk").and("scale", scale, Rule.POSITIVE).list();
  }

  /** Of this many steps with this standard deviation each. */
  public static GaussianRandomWalk of(int length, Tensor scale) {
    return new GaussianRandomWalk(length, scale);
  }

  /** Of this many steps with this standard deviation each. */
  public static GaussianRandomWalk of(int length, double scale) {
    return of(length, Tensor.number(scale));
  }

  private Tensor column() {
    return scale.isNumber() ? scale : scale.unsqueeze(-1);
  }

  @Override
  public Shape eventShape() {
    return Shape.of(length);
  }

  @Override
  public Support support() {
    return Real.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor steps = length == 1 ? x : x.minus(x.slice(-1, 0, length - 1).pad(-1, 1, 0));
    Tensor squares = steps.over(column()).square().sum(-1);
    return squares.times(-0.5).minus(scale.log().plus(Arguments.HALF_LOG_2PI).times(length));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return fromStandard(Arena.current().normal(seed, batch.append(length)));
  }

  @Override
  public Distribution standard() {
    return Normal.of(0, 1).event(length);
  }

  @Override
  public Tensor fromStandard(Tensor z) {
    return z.cumulativeSum(-1).times(column());
  }

  @Override
  public Tensor mean() {
    return column().times(Arena.current().zeros(eventShape()));
  }

  @Override
  public Tensor variance() {
    double[] steps = new double[length];
    for (int t = 0; t < length; t++) {
      steps[t] = t + 1;
    }
    return column().square().times(Arena.current().tensor(steps, eventShape()));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
