package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Random covariance matrices: the scatter of ν normal vectors with covariance V = LLᵀ.
 *
 * <p>log p(W) = ½(ν − D − 1) log|W| − ½ tr(V⁻¹W) − ½ νD log 2 − ν Σ log L_ii − log Γ_D(ν/2), log
 * Γ_D(a) = ¼ D(D − 1) log π + Σ_{i&lt;D} log Γ(a − i/2), with respect to the lower triangle. df ν
 * is {@code [...]} and above D − 1, scaleTril L {@code [..., D, D]}, one event {@code [D, D]}.
 * Draws are (LA)(LA)ᵀ by Bartlett's decomposition, differentiable in both.
 */
public final class Wishart implements HasMean, HasVariance {
  private final Tensor df;
  private final Tensor scaleTril;
  private final int dim;
  private final List<Argument> arguments;

  private Wishart(Tensor df, Tensor scaleTril) {
    if (scaleTril.shape().rank() < 2) {
      throw new PplException(
          "Wishart: scaleTril must be [..., D, D], got " + scaleTril.shape() + ".");
    }
    this.df = df;
    this.scaleTril = scaleTril;
    this.dim = scaleTril.shape().dim(-1);
    this.arguments =
        Arguments.of("Wishart")
            .and("df", df, Rule.POSITIVE)
            .and("scaleTril", scaleTril, Rule.REAL)
            .list();
    if (df.isNumber() && !(df.asNumber() > dim - 1)) {
      throw new PplException(
          "Wishart: df must be above D − 1 = "
              + (dim - 1)
              + ", got "
              + df.asNumber()
              + ". Likely fix: D + 1 or more gives a density without a pole.");
    }
  }

  /** By degrees of freedom and the lower Cholesky factor of the scale matrix. */
  public static Wishart scaleTril(Tensor df, Tensor scaleTril) {
    return new Wishart(df, scaleTril);
  }

  /** As {@link #scaleTril(Tensor, Tensor)}. */
  public static Wishart scaleTril(double df, Tensor scaleTril) {
    return scaleTril(Tensor.number(df), scaleTril);
  }

  @Override
  public Shape eventShape() {
    return Shape.of(dim, dim);
  }

  @Override
  public Support support() {
    return PositiveDefinite.INSTANCE;
  }

  @Override
  public Tensor logProb(Tensor w) {
    Tensor c = w.cholesky();
    Tensor logDet = c.diagonal().log().sum(-1).times(2);
    Tensor trace = scaleTril.solveLower(c).square().sum(-2, -1);
    Tensor kernel = df.minus(dim + 1).times(logDet).minus(trace).times(0.5);
    return kernel.minus(logNormalizer());
  }

  private Tensor logNormalizer() {
    Tensor half = df.times(0.5);
    Tensor sum = Tensor.number(0.25 * dim * (dim - 1) * Math.log(Math.PI));
    for (int i = 0; i < dim; i++) {
      sum = sum.plus(half.minus(0.5 * i).lgamma());
    }
    Tensor logs = scaleTril.diagonal().log().sum(-1).plus(0.5 * dim * Math.log(2));
    return sum.plus(df.times(logs));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Arena arena = Arena.current();
    double[] below = new double[dim * dim];
    List<Tensor> squares = new ArrayList<>();
    for (int i = 0; i < dim; i++) {
      java.util.Arrays.fill(below, i * dim, i * dim + i, 1);
      Tensor alpha = df.minus(i).times(0.5).expand(batch);
      squares.add(alpha.standardGamma(seed.fold("diagonal").fold(i)).times(2));
    }
    Tensor normal = arena.normal(seed.fold("below"), batch.append(dim, dim));
    Tensor strict = normal.times(arena.tensor(below, Shape.of(dim, dim)));
    Tensor a = strict.plus(Tensor.stack(squares, -1).sqrt().diagonalMatrix());
    Tensor la = scaleTril.matmul(a);
    return la.matmulTransposed(la);
  }

  private Tensor scaleMatrix() {
    return scaleTril.matmulTransposed(scaleTril);
  }

  private Tensor square() {
    return df.isNumber() ? df : df.unsqueeze(-1).unsqueeze(-1);
  }

  @Override
  public Tensor mean() {
    return scaleMatrix().times(square());
  }

  @Override
  public Tensor variance() {
    Tensor v = scaleMatrix();
    Tensor diagonal = v.diagonal();
    Tensor outer = diagonal.unsqueeze(-1).times(diagonal.unsqueeze(-2));
    return v.square().plus(outer).times(square());
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
