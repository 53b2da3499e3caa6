package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Student's t of vectors, by the lower Cholesky factor L of its scale matrix (not its covariance).
 *
 * <p>log p(x) = log Γ((ν+D)/2) − log Γ(ν/2) − ½ D log(νπ) − Σ log L_ii − ½(ν+D) log(1 + ‖z‖²/ν), z
 * = L⁻¹(x − loc). df is {@code [...]}, loc {@code [..., D]}, scaleTril {@code [..., D, D]}, one
 * event {@code [D]}. Draws are normal over the root of one gamma draw, differentiable in ν.
 */
public final class MultivariateStudentT implements HasMean {
  private final Tensor df;
  private final Tensor loc;
  private final Tensor scaleTril;
  private final int dim;
  private final List<Argument> arguments;

  private MultivariateStudentT(Tensor df, Tensor loc, Tensor scaleTril) {
    if (scaleTril.shape().rank() < 2) {
      throw new PplException(
          "MultivariateStudentT: scaleTril must be [..., D, D], got " + scaleTril.shape() + ".");
    }
    this.dim = scaleTril.shape().dim(-1);
    if (!loc.isNumber() && (loc.shape().rank() < 1 || loc.shape().dim(-1) != dim)) {
      throw new PplException(
          "MultivariateStudentT: loc is "
              + loc.shape()
              + " but scaleTril is "
              + scaleTril.shape()
              + "; both need the same last size D.");
    }
    this.df = df;
    this.loc = loc;
    this.scaleTril = scaleTril;
    this.arguments =
        Arguments.of("MultivariateStudentT")
            .and("df", df, Rule.POSITIVE)
            .and("loc", loc, Rule.REAL)
            .and("scaleTril", scaleTril, Rule.REAL)
            .list();
  }

  /** By degrees of freedom, location and the lower Cholesky factor of the scale matrix. */
  public static MultivariateStudentT of(Tensor df, Tensor loc, Tensor scaleTril) {
    return new MultivariateStudentT(df, loc, scaleTril);
  }

  /** As {@link #of(Tensor, Tensor, Tensor)}. */
  public static MultivariateStudentT of(double df, Tensor loc, Tensor scaleTril) {
    return of(Tensor.number(df), loc, scaleTril);
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
    Tensor half = df.plus(dim).times(0.5);
    Tensor constant =
        half.lgamma()
            .minus(df.times(0.5).lgamma())
            .minus(df.times(Math.PI).log().times(0.5 * dim))
            .minus(logDet);
    return constant.minus(half.times(z.square().sum(-1).over(df).log1p()));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor z = Arena.current().normal(seed.fold("normal"), batch.append(dim));
    Tensor alpha = df.times(0.5).expand(batch);
    Tensor chi = alpha.standardGamma(seed.fold("gamma"));
    return scaleTril.matvec(z.times(alpha.over(chi).sqrt().unsqueeze(-1))).plus(loc);
  }

  @Override
  public Tensor mean() {
    Tensor exists = df.isNumber() ? df : df.unsqueeze(-1);
    Tensor full = loc.expand(loc.shape().broadcast(Shape.of(dim)));
    return exists.greaterThan(1).select(full, Double.NaN);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
