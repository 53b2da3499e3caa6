package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The uniform distribution on [low, high]; the bounds may depend on other sites.
 *
 * <p>log p(x) = −log(high − low) inside, −∞ outside.
 */
public final class Uniform implements HasMean, HasVariance, HasCdf {
  private final Tensor low;
  private final Tensor high;
  private final List<Argument> arguments;

  private Uniform(Tensor low, Tensor high) {
    this.low = low;
    this.high = high;
    this.arguments =
        Arguments.of("Uniform").and("low", low, Rule.REAL).and("high", high, Rule.REAL).list();
    Arguments.increasing("Uniform", "low", low, "high", high);
  }

  /** The distribution with these parameters, which broadcast. */
  public static Uniform of(Tensor low, Tensor high) {
    return new Uniform(low, high);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Uniform of(double low, double high) {
    return of(Tensor.number(low), Tensor.number(high));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Uniform of(double low, Tensor high) {
    return of(Tensor.number(low), high);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Uniform of(Tensor low, double high) {
    return of(low, Tensor.number(high));
  }

  /** The parameter low. */
  public Tensor low() {
    return low;
  }

  /** The parameter high. */
  public Tensor high() {
    return high;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Interval.of(low, high);
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor inside = low.atMost(x).times(x.atMost(high)).log();
    return inside.minus(high.minus(low).log());
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    return u.times(high.minus(low)).plus(low);
  }

  @Override
  public Tensor mean() {
    return low.plus(high).times(0.5);
  }

  @Override
  public Tensor variance() {
    return high.minus(low).square().over(12);
  }

  @Override
  public Tensor cdf(Tensor x) {
    return x.minus(low).over(high.minus(low)).clamp(0, 1);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
