package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The multivariate normal by the lower Cholesky factor L of its covariance.
 *
 * <p>log p(x) = −½‖L⁻¹(x − loc)‖² − Σ log L_ii − ½ D log 2π. loc is {@code [..., D]}, scaleTril
 * {@code [..., D, D]}, one event {@code [D]}.
 */
public final class MultivariateNormal implements HasMean, HasKl<MultivariateNormal>, Standardized {
  private final Tensor loc;
  private final Tensor scaleTril;
  private final int dim;
  private final List<Argument> arguments;

  private MultivariateNormal(Tensor loc, Tensor scaleTril) {
    if (scaleTril.shape().rank() < 2) {
      throw new PplException(
          "MultivariateNormal: scaleTril must be [..., D, D], got " + scaleTril.shape() + ".");
    }
    this.dim = scaleTril.shape().dim(-1);
    this.loc = loc;
    this.scaleTril = scaleTril;
    if (!loc.isNumber() && loc.shape().dim(-1) != dim) {
      throw new PplException(
          "MultivariateNormal: loc is "
              + loc.shape()
              + " but scaleTril is "
              + scaleTril.shape()
              + "; both need the same last size D.");
    }
    this.arguments =
        Arguments.of("MultivariateNormal")
            .and("loc", loc, Rule.REAL)
            .and("scaleTril", scaleTril, Rule.REAL)
            .list();
  }

  /** By mean and lower Cholesky factor. */
  public static MultivariateNormal scaleTril(Tensor loc, Tensor scaleTril) {
    return new MultivariateNormal(loc, scaleTril);
  }

  /** By mean and covariance, whose Cholesky factor is taken. */
  public static MultivariateNormal covariance(Tensor loc, Tensor covariance) {
    return new MultivariateNormal(loc, covariance.cholesky());
  }

  /**
   * By mean and a covariance that may be singular to rounding, as a Gaussian process has it: what
   * is added to its diagonal, {@link Jitter} says.
   */
  public static MultivariateNormal jittered(Tensor loc, Tensor covariance) {
    return new MultivariateNormal(loc, Jitter.cholesky(covariance));
  }

  @Override
  public Shape eventShape() {
    return Shape.of(dim);
  }

  @Override
  public Support support() {
    return Real.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor z = scaleTril.solveLower(x.minus(loc).unsqueeze(-1)).squeeze(-1);
    Tensor logDet = scaleTril.diagonal().log().sum(-1);
    return z.square().sum(-1).times(-0.5).minus(logDet.plus(dim * Arguments.HALF_LOG_2PI));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return fromStandard(Arena.current().normal(seed, batch.append(dim)));
  }

  @Override
  public Distribution standard() {
    return Normal.of(0, 1).event(dim);
  }

  @Override
  public Tensor fromStandard(Tensor z) {
    return scaleTril.matvec(z).plus(loc);
  }

  @Override
  public Tensor mean() {
    return loc.expand(loc.shape().broadcast(Shape.of(dim)));
  }

  @Override
  public Tensor kl(MultivariateNormal other) {
    Tensor ratio = other.scaleTril.solveLower(scaleTril).square().sum(-2, -1);
    Tensor shift = loc.minus(other.loc).expand(loc.shape().broadcast(Shape.of(dim)));
    Tensor distance = other.scaleTril.solveLower(shift.unsqueeze(-1)).square().sum(-2, -1);
    Tensor logs = other.scaleTril.diagonal().log().minus(scaleTril.diagonal().log()).sum(-1);
    return ratio.plus(distance).minus(dim).times(0.5).plus(logs);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
