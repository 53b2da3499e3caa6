package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Measurements that are cut off at a bound: a value beyond it is recorded as the bound itself.
 *
 * <p>log p(x) = log p_base(x) between the bounds, log P(X ≤ low) at low and below, log P(X &gt;
 * high) at high and above: a density between the bounds, probabilities at them. A likelihood for
 * observed values (detection limits, survival times still running); as a latent's prior it makes no
 * sense and is refused. The bounds may be data, one per observation; −∞ and ∞ are no bounds.
 */
public final class Censored implements Distribution {
  private final HasLogCdf base;
  private final Tensor low;
  private final Tensor high;
  private final List<Argument> arguments;

  private Censored(HasLogCdf base, Tensor low, Tensor high) {
    if (base.eventShape().rank() != 0) {
      throw new PplException(
          "Censored: the base must be a scalar distribution, got "
              + base.name()
              + " with events "
              + base.eventShape()
              + ".");
    }
    Arguments.increasing("Censored", "low", low, "high", high);
    this.base = base;
    this.low = low;
    this.high = high;
    this.arguments =
        Arguments.of("Censored")
            .and("low", low, Rule.EXTENDED)
            .and("high", high, Rule.EXTENDED)
            .andBase(base)
            .list();
  }

  /** Cut off on both sides. */
  public static Censored between(HasLogCdf base, Tensor low, Tensor high) {
    return new Censored(base, low, high);
  }

  /** As {@link #between(HasLogCdf, Tensor, Tensor)}. */
  public static Censored between(HasLogCdf base, double low, double high) {
    return between(base, Tensor.number(low), Tensor.number(high));
  }

  /** Cut off below: values under low are recorded as low. */
  public static Censored below(HasLogCdf base, Tensor low) {
    return between(base, low, Tensor.number(Double.POSITIVE_INFINITY));
  }

  /** As {@link #below(HasLogCdf, Tensor)}. */
  public static Censored below(HasLogCdf base, double low) {
    return below(base, Tensor.number(low));
  }

  /** Cut off above: values over high are recorded as high. */
  public static Censored above(HasLogCdf base, Tensor high) {
    return between(base, Tensor.number(Double.NEGATIVE_INFINITY), high);
  }

  /** As {@link #above(HasLogCdf, Tensor)}. */
  public static Censored above(HasLogCdf base, double high) {
    return above(base, Tensor.number(high));
  }

  /** The distribution before it was cut. */
  public Distribution base() {
    return base;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Recorded.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor atLow = x.atMost(low);
    Tensor atHigh = high.atMost(x);
    // Each branch sees only values of its own, so that the gradients of the others stay finite.
    Tensor inside = atLow.plus(atHigh).equalTo(0);
    Tensor between = base.logProb(inside.select(x, somewhere(x)));
    Tensor below = base.logCdf(atLow.select(low, somewhere(x)));
    Tensor above = base.logSurvival(atHigh.select(high, somewhere(x)));
    return atLow.select(below, atHigh.select(above, between));
  }

  /** A finite number that the base bears, in the place of one it will not be asked for. */
  private static Tensor somewhere(Tensor x) {
    return x.times(0).plus(1);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return base.sample(seed, batch).maximum(low).minimum(high);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
