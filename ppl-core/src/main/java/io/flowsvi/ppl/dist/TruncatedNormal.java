package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A normal(loc, scale) restricted to [low, high].
 *
 * <p>log p(x) = log normal(x; loc, scale) − log(Φ(b) − Φ(a)), a = (low − loc)/scale, b = (high −
 * loc)/scale, inside; −∞ outside. Intervals far out in either tail keep their accuracy; the bounds
 * are finite and may depend on other sites. Draws are by inversion, differentiable in all four.
 */
public final class TruncatedNormal implements HasMean, HasVariance, HasLogCdf {
  private final Tensor loc;
  private final Tensor scale;
  private final Tensor low;
  private final Tensor high;
  private final List<Argument> arguments;

  private TruncatedNormal(Tensor loc, Tensor scale, Tensor low, Tensor high) {
    this.loc = loc;
    this.scale = scale;
    this.low = low;
    this.high = high;
    this.arguments =
        Arguments.of("TruncatedNormal")
            .and("loc", loc, Rule.REAL)
            .and("scale", scale, Rule.POSITIVE)
            .and("low", low, Rule.REAL)
            .and("high", high, Rule.REAL)
            .list();
    Arguments.increasing("TruncatedNormal", "low", low, "high", high);
  }

  /** The distribution with these parameters, which broadcast. */
  public static TruncatedNormal of(Tensor loc, Tensor scale, Tensor low, Tensor high) {
    return new TruncatedNormal(loc, scale, low, high);
  }

  /** As {@link #of(Tensor, Tensor, Tensor, Tensor)}. */
  public static TruncatedNormal of(double loc, double scale, double low, double high) {
    return of(Tensor.number(loc), Tensor.number(scale), Tensor.number(low), Tensor.number(high));
  }

  /** As {@link #of(Tensor, Tensor, Tensor, Tensor)}. */
  public static TruncatedNormal of(Tensor loc, Tensor scale, double low, double high) {
    return of(loc, scale, Tensor.number(low), Tensor.number(high));
  }

  /** The parameter loc. */
  public Tensor loc() {
    return loc;
  }

  /** The parameter scale. */
  public Tensor scale() {
    return scale;
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

  private Tensor standard(Tensor x) {
    return x.minus(loc).over(scale);
  }

  /** log(Φ(b) − Φ(a)); taken in the lower tail, where log Φ is accurate. */
  private static Tensor logBetween(Tensor a, Tensor b) {
    Tensor flip = a.plus(b).greaterThan(0);
    Tensor lower = flip.select(b.negate(), a).logNormalCdf();
    Tensor upper = flip.select(a.negate(), b).logNormalCdf();
    return upper.plus(Tails.logOneMinusExp(upper.minus(lower)));
  }

  private Tensor inside(Tensor x) {
    return x.maximum(low).minimum(high);
  }

  private Tensor logMass() {
    return logBetween(standard(low), standard(high));
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor inside = low.atMost(x).times(x.atMost(high)).log();
    Tensor constant = scale.log().plus(logMass()).plus(Arguments.HALF_LOG_2PI);
    return standard(x).square().times(-0.5).minus(constant).plus(inside);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    Tensor a = standard(low);
    Tensor b = standard(high);
    Tensor flip = a.plus(b).greaterThan(0);
    Tensor from = flip.select(b.negate(), a).logNormalCdf();
    // From the mirrored side u counts down, so that draws rise with u on both.
    Tensor share = flip.select(u.negate().plus(1), u);
    Tensor logP = Tails.logSumExp(from, logBetween(a, b).plus(share.log()));
    Tensor z = Tails.normalQuantile(logP);
    return inside(flip.select(z.negate(), z).times(scale).plus(loc));
  }

  /** The density of the standard normal at z, over the mass between the bounds. */
  private Tensor relativeDensity(Tensor z) {
    return z.square().times(-0.5).minus(logMass().plus(Arguments.HALF_LOG_2PI)).exp();
  }

  @Override
  public Tensor mean() {
    Tensor shift = relativeDensity(standard(low)).minus(relativeDensity(standard(high)));
    return loc.plus(scale.times(shift));
  }

  @Override
  public Tensor variance() {
    Tensor a = standard(low);
    Tensor b = standard(high);
    Tensor atLow = relativeDensity(a);
    Tensor atHigh = relativeDensity(b);
    Tensor spread = a.times(atLow).minus(b.times(atHigh)).plus(1);
    return scale.square().times(spread.minus(atLow.minus(atHigh).square()));
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return logBetween(standard(low), standard(inside(x))).minus(logMass());
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return logBetween(standard(inside(x)), standard(high)).minus(logMass());
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
