package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A base distribution restricted to an interval or a half-line.
 *
 * <p>log p(x) = log p_base(x) − log P(low &lt; X ≤ high) inside, −∞ outside; the mass is taken in
 * the tail where it is accurate. The base must have a differentiable log distribution function and
 * live on the reals or the positive numbers; the bounds may depend on other sites. Draws are by
 * bisection of the distribution function, 40 evaluations, and a step of Newton's, differentiable by
 * its implicit derivative. {@link TruncatedNormal} has a quantile function in their place.
 */
public final class Truncated implements HasLogCdf {
  private static final int BISECTIONS = 40;

  /** The reals behind the support among which a draw is searched: e^±700 is all there is. */
  private static final double FARTHEST = 700;

  private final HasLogCdf base;
  private final Support.Continuous support;
  private final Tensor low;
  private final Tensor high;
  private final List<Argument> arguments;

  private Truncated(
      HasLogCdf base, Support.Continuous support, Tensor low, Tensor high, Arguments bounds) {
    boolean positive =
        base.support() instanceof Positive || base.support() instanceof PositiveBySoftplus;
    if (base.eventShape().rank() != 0 || !positive && !(base.support() instanceof Real)) {
      throw new PplException(
          "Truncated: the base must be a scalar distribution on the reals or the positive numbers,"
              + " got "
              + base.name()
              + " on "
              + base.support().name()
              + ".");
    }
    if (positive && low.isNumber() && !(low.asNumber() >= 0)) {
      throw new PplException(
          "Truncated: low must be 0 or above, as "
              + base.name()
              + " is on positive numbers, got "
              + low.asNumber()
              + ". Likely fix: Truncated.below(base, high).");
    }
    this.base = base;
    this.support = support;
    this.low = low;
    this.high = high;
    this.arguments = bounds.andBase(base).list();
  }

  /** Between two finite bounds. */
  public static Truncated between(HasLogCdf base, Tensor low, Tensor high) {
    Arguments.increasing("Truncated", "low", low, "high", high);
    Arguments bounds =
        Arguments.of("Truncated").and("low", low, Rule.REAL).and("high", high, Rule.REAL);
    return new Truncated(base, Interval.of(low, high), low, high, bounds);
  }

  /** As {@link #between(HasLogCdf, Tensor, Tensor)}. */
  public static Truncated between(HasLogCdf base, double low, double high) {
    return between(base, Tensor.number(low), Tensor.number(high));
  }

  /** Above a bound. */
  public static Truncated above(HasLogCdf base, Tensor low) {
    Arguments bounds = Arguments.of("Truncated").and("low", low, Rule.REAL);
    Tensor high = Tensor.number(Double.POSITIVE_INFINITY);
    return new Truncated(base, LowerBounded.of(low), low, high, bounds);
  }

  /** As {@link #above(HasLogCdf, Tensor)}. */
  public static Truncated above(HasLogCdf base, double low) {
    return above(base, Tensor.number(low));
  }

  /** Below a bound. */
  public static Truncated below(HasLogCdf base, Tensor high) {
    Arguments bounds = Arguments.of("Truncated").and("high", high, Rule.REAL);
    if (base.support() instanceof Real) {
      Tensor low = Tensor.number(Double.NEGATIVE_INFINITY);
      return new Truncated(base, UpperBounded.of(high), low, high, bounds);
    }
    return new Truncated(base, Interval.of(Tensor.number(0), high), Tensor.number(0), high, bounds);
  }

  /** As {@link #below(HasLogCdf, Tensor)}. */
  public static Truncated below(HasLogCdf base, double high) {
    return below(base, Tensor.number(high));
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
    return support;
  }

  /** log P(a &lt; X ≤ b) of the base, a ≤ b, by the tail that is smaller at a. */
  private Tensor logBetween(Tensor a, Tensor b) {
    Tensor upper = baseLogCdf(a).greaterThan(-Math.log(2));
    Tensor large = upper.select(baseLogSurvival(a), baseLogCdf(b));
    Tensor small = upper.select(baseLogSurvival(b), baseLogCdf(a));
    // Where both are −∞ so is the result; rounding must not make the difference negative.
    Tensor difference = large.maximum(-Double.MAX_VALUE).minus(small.maximum(-Double.MAX_VALUE));
    return large.plus(Tails.logOneMinusExp(difference.maximum(0)));
  }

  /** As the base's, and its limits at the ends of its support, which formulas seldom bear. */
  private Tensor baseLogCdf(Tensor x) {
    return isEnd(x)
        ? Tensor.number(x.asNumber() > 0 ? 0 : Double.NEGATIVE_INFINITY)
        : base.logCdf(x);
  }

  private Tensor baseLogSurvival(Tensor x) {
    return isEnd(x)
        ? Tensor.number(x.asNumber() > 0 ? Double.NEGATIVE_INFINITY : 0)
        : base.logSurvival(x);
  }

  private boolean isEnd(Tensor x) {
    boolean positive = !(base.support() instanceof Real);
    return x.isNumber() && (Double.isInfinite(x.asNumber()) || positive && x.asNumber() == 0);
  }

  private Tensor inside(Tensor x) {
    return x.maximum(low).minimum(high);
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor inside = low.atMost(x).times(x.atMost(high));
    return Inside.density(inside, base.logProb(inside(x)).minus(logBetween(low, high)));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    Tensor from = Arena.current().full(-FARTHEST, batch);
    Tensor to = from.negate();
    for (int i = 0; i < BISECTIONS; i++) {
      Tensor middle = from.plus(to).times(0.5);
      Tensor below = cdf(support.toEvent(middle).value()).lessThan(u);
      from = below.select(middle, from).stopGradient();
      to = below.select(to, middle).stopGradient();
    }
    // F(x) = u: a step of Newton's from a fixed x is exact in value, and its gradient is that of
    // the root: dx = −dF/p, the bounds' part included.
    Tensor x = support.toEvent(from.plus(to).times(0.5)).value().stopGradient();
    Tensor density = logProb(x).stopGradient().exp();
    return inside(x.minus(cdf(x).minus(u).over(density)));
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return logBetween(low, inside(x)).minus(logBetween(low, high));
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return logBetween(inside(x), high).minus(logBetween(low, high));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
