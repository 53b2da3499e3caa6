package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The asymmetric Laplace distribution: two exponentials back to back, of different lengths.
 *
 * <p>log p(x) = −log(scale·(κ + 1/κ)) + z/κ for z &lt; 0 and − κz above, z = (x − loc)/scale, κ the
 * {@code asymmetry}; 1 is the Laplace distribution, below 1 leans to the right. The κ²/(1 + κ²)
 * quantile is loc: the likelihood of quantile regression. Kotz, Kozubowski and Podgórski (2001),
 * eq. 3.1.2.
 */
public final class AsymmetricLaplace implements HasMean, HasVariance, HasLogCdf, LocationScale {
  private final Tensor loc;
  private final Tensor scale;
  private final Tensor asymmetry;
  private final List<Argument> arguments;

  private AsymmetricLaplace(Tensor loc, Tensor scale, Tensor asymmetry) {
    this.loc = loc;
    this.scale = scale;
    this.asymmetry = asymmetry;
    this.arguments =
        Arguments.of("AsymmetricLaplace")
            .and("loc", loc, Rule.REAL)
            .and("scale", scale, Rule.POSITIVE)
            .and("asymmetry", asymmetry, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static AsymmetricLaplace of(Tensor loc, Tensor scale, Tensor asymmetry) {
    return new AsymmetricLaplace(loc, scale, asymmetry);
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static AsymmetricLaplace of(double loc, double scale, double asymmetry) {
    return of(Tensor.number(loc), Tensor.number(scale), Tensor.number(asymmetry));
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static AsymmetricLaplace of(Tensor loc, Tensor scale, double asymmetry) {
    return of(loc, scale, Tensor.number(asymmetry));
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static AsymmetricLaplace of(double loc, Tensor scale, double asymmetry) {
    return of(Tensor.number(loc), scale, Tensor.number(asymmetry));
  }

  @Override
  public Tensor loc() {
    return loc;
  }

  @Override
  public Tensor scale() {
    return scale;
  }

  /** The parameter asymmetry. */
  public Tensor asymmetry() {
    return asymmetry;
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
    Tensor fall = z.lessThan(0).select(z.over(asymmetry), z.times(asymmetry).negate());
    return fall.minus(scale.times(asymmetry.plus(asymmetry.reciprocal())).log());
  }

  /** log P(X ≤ loc) = log κ² − log(1 + κ²). */
  private Tensor logLeft() {
    return asymmetry.log().times(2).logSigmoid();
  }

  private Tensor logRight() {
    return asymmetry.log().times(-2).logSigmoid();
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    // Below P(X ≤ loc) the quantile is κ log(u/P), above it −log((1 − u)/(1 − P))/κ.
    Tensor left = u.log().minus(logLeft()).minimum(0).times(asymmetry);
    Tensor right = u.negate().log1p().minus(logRight()).minimum(0).over(asymmetry);
    return left.minus(right).times(scale).plus(loc);
  }

  @Override
  public Tensor mean() {
    return asymmetry.reciprocal().minus(asymmetry).times(scale).plus(loc);
  }

  @Override
  public Tensor variance() {
    Tensor spread = asymmetry.square().plus(asymmetry.square().reciprocal());
    return scale.square().times(spread).plus(loc.times(0));
  }

  @Override
  public Tensor logCdf(Tensor x) {
    Tensor z = x.minus(loc).over(scale);
    Tensor left = logLeft().plus(z.minimum(0).over(asymmetry));
    Tensor right = logRight().minus(z.maximum(0).times(asymmetry));
    return z.lessThan(0).select(left, right.exp().negate().log1p());
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    Tensor z = x.minus(loc).over(scale);
    Tensor left = logLeft().plus(z.minimum(0).over(asymmetry));
    Tensor right = logRight().minus(z.maximum(0).times(asymmetry));
    return z.lessThan(0).select(left.exp().negate().log1p(), right);
  }

  @Override
  public Distribution standard() {
    return new AsymmetricLaplace(Tensor.number(0), Tensor.number(1), asymmetry);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
