package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The distribution of e^X for X normal(loc, scale).
 *
 * <p>log p(x) = log normal(log x; loc, scale) − log x, on x &gt; 0.
 */
public final class LogNormal implements HasMean, HasVariance, HasLogCdf, HasKl<LogNormal> {
  private final Tensor loc;
  private final Tensor scale;
  private final List<Argument> arguments;

  private LogNormal(Tensor loc, Tensor scale) {
    this.loc = loc;
    this.scale = scale;
    this.arguments =
        Arguments.of("LogNormal")
            .and("loc", loc, Rule.REAL)
            .and("scale", scale, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static LogNormal of(Tensor loc, Tensor scale) {
    return new LogNormal(loc, scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static LogNormal of(double loc, double scale) {
    return of(Tensor.number(loc), Tensor.number(scale));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static LogNormal of(double loc, Tensor scale) {
    return of(Tensor.number(loc), scale);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static LogNormal of(Tensor loc, double scale) {
    return of(loc, Tensor.number(scale));
  }

  /** The parameter loc. */
  public Tensor loc() {
    return loc;
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
  public Tensor logProb(Tensor value) {
    Tensor inside = value.greaterThan(0);
    Tensor logX = Inside.limited(inside, value, 1).log();
    Tensor z = logX.minus(loc).over(scale);
    Tensor constant = scale.log().plus(Arguments.HALF_LOG_2PI);
    return Inside.density(inside, z.square().times(-0.5).minus(logX).minus(constant));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor z = Arena.current().normal(seed, batch);
    return z.times(scale).plus(loc).exp();
  }

  @Override
  public Tensor mean() {
    return loc.plus(scale.square().times(0.5)).exp();
  }

  @Override
  public Tensor variance() {
    Tensor v = scale.square();
    return v.expm1().times(loc.times(2).plus(v).exp());
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return x.maximum(0).log().minus(loc).over(scale).logNormalCdf();
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return loc.minus(x.maximum(0).log()).over(scale).logNormalCdf();
  }

  @Override
  public Tensor kl(LogNormal other) {
    return Normal.of(loc, scale).kl(Normal.of(other.loc, other.scale));
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
