package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Shares with a distribution function in closed form, much like a beta.
 *
 * <p>log p(x) = log a + log b + (a − 1) log x + (b − 1) log(1 − x^a), a {@code alpha}, b {@code
 * beta}; P(X ≤ x) = 1 − (1 − x^a)^b. Draws are by inversion, differentiable in both. Kumaraswamy
 * (1980).
 */
public final class Kumaraswamy implements HasMean, HasVariance, HasLogCdf {
  /** Draws stay off the ends, where the density may be infinite. */
  private static final double SMALLEST = Double.MIN_NORMAL;

  private static final double LARGEST = 1 - 0x1p-53;

  private final Tensor alpha;
  private final Tensor beta;
  private final List<Argument> arguments;

  private Kumaraswamy(Tensor alpha, Tensor beta) {
    this.alpha = alpha;
    this.beta = beta;
    this.arguments =
        Arguments.of("Kumaraswamy")
            .and("alpha", alpha, Rule.POSITIVE)
            .and("beta", beta, Rule.POSITIVE)
            .list();
  }

  /** The distribution with these parameters, which broadcast. */
  public static Kumaraswamy of(Tensor alpha, Tensor beta) {
    return new Kumaraswamy(alpha, beta);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Kumaraswamy of(double alpha, double beta) {
    return of(Tensor.number(alpha), Tensor.number(beta));
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Kumaraswamy of(double alpha, Tensor beta) {
    return of(Tensor.number(alpha), beta);
  }

  /** As {@link #of(Tensor, Tensor)}. */
  public static Kumaraswamy of(Tensor alpha, double beta) {
    return of(alpha, Tensor.number(beta));
  }

  /** The parameter alpha. */
  public Tensor alpha() {
    return alpha;
  }

  /** The parameter beta. */
  public Tensor beta() {
    return beta;
  }

  @Override
  public Shape eventShape() {
    return Shape.scalar();
  }

  @Override
  public Support support() {
    return Interval.of(0, 1);
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor inside = value.greaterThan(0).times(value.lessThan(1));
    Tensor log = Inside.limited(inside, value, 0.5).log();
    Tensor rest = Tails.logOneMinusExp(log.times(alpha).negate());
    Tensor kernel = alpha.minus(1).times(log).plus(beta.minus(1).times(rest));
    return Inside.density(inside, kernel.plus(alpha.log()).plus(beta.log()));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor u = Arena.current().uniform(seed, batch);
    Tensor x = Tails.logOneMinusExp(u.log().over(beta).negate()).over(alpha).exp();
    return x.clamp(SMALLEST, LARGEST);
  }

  /** E Xⁿ = b B(1 + n/a, b), in logs. */
  private Tensor logMoment(int n) {
    return beta.log().plus(alpha.reciprocal().times(n).plus(1).logBeta(beta));
  }

  @Override
  public Tensor mean() {
    return logMoment(1).exp();
  }

  @Override
  public Tensor variance() {
    Tensor first = logMoment(1).times(2);
    return first.exp().times(logMoment(2).minus(first).expm1());
  }

  private Tensor logPower(Tensor x) {
    return x.maximum(0).log().times(alpha).minimum(0);
  }

  @Override
  public Tensor logCdf(Tensor x) {
    return Tails.logOneMinusExp(logSurvival(x).negate());
  }

  @Override
  public Tensor logSurvival(Tensor x) {
    return Tails.logOneMinusExp(logPower(x).negate()).times(beta);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
