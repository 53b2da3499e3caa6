package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The skew normal: a normal leaning to one side.
 *
 * <p>log p(x) = log 2 + log φ(z) + log Φ(αz) − log scale, z = (x − loc)/scale, α the skewness
 * parameter {@code slant}; 0 is the normal. Draws are δ|Z₀| + √(1 − δ²) Z₁, δ = α/√(1 + α²),
 * differentiable in all three. Azzalini (1985), eq. 1.
 */
public final class SkewNormal implements HasMean, HasVariance, LocationScale {
  private static final double ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);
  private static final double LOG_HALF_ROOT_2PI = Arguments.HALF_LOG_2PI - Math.log(2);

  private final Tensor loc;
  private final Tensor scale;
  private final Tensor slant;
  private final List<Argument> arguments;

  private SkewNormal(Tensor loc, Tensor scale, Tensor slant) {
    this.loc = loc;
    this.scale = scale;
    this.slant = slant;
    this.arguments =
        Arguments.of("SkewNormal")
            .and("loc", loc, Rule.REAL)
            .and("scale", scale, Rule.POSITIVE)
            .and("slant", slant, Rule.REAL)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static SkewNormal of(Tensor loc, Tensor scale, Tensor slant) {
    return new SkewNormal(loc, scale, slant);
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static SkewNormal of(double loc, double scale, double slant) {
    return of(Tensor.number(loc), Tensor.number(scale), Tensor.number(slant));
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static SkewNormal of(Tensor loc, Tensor scale, double slant) {
    return of(loc, scale, Tensor.number(slant));
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static SkewNormal of(double loc, Tensor scale, double slant) {
    return of(Tensor.number(loc), scale, Tensor.number(slant));
  }

  @Override
  public Tensor loc() {
    return loc;
  }

  @Override
  public Tensor scale() {
    return scale;
  }

  /** The parameter slant. */
  public Tensor slant() {
    return slant;
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
    Tensor lean = z.times(slant).logNormalCdf();
    return z.square().times(-0.5).plus(lean).minus(scale.log().plus(LOG_HALF_ROOT_2PI));
  }

  private Tensor delta() {
    return slant.over(slant.square().plus(1).sqrt());
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor half = Arena.current().normal(seed.fold("half"), batch).abs();
    Tensor rest = Arena.current().normal(seed.fold("rest"), batch);
    // √(1 − δ²) = 1/√(1 + α²), which does not cancel for large α.
    Tensor z = half.times(delta()).plus(rest.over(slant.square().plus(1).sqrt()));
    return z.times(scale).plus(loc);
  }

  @Override
  public Tensor mean() {
    return delta().times(ROOT_2_OVER_PI).times(scale).plus(loc);
  }

  @Override
  public Tensor variance() {
    Tensor share = delta().square().times(-2 / Math.PI).plus(1);
    return scale.square().times(share).plus(loc.times(0));
  }

  @Override
  public Distribution standard() {
    return new SkewNormal(Tensor.number(0), Tensor.number(1), slant);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
