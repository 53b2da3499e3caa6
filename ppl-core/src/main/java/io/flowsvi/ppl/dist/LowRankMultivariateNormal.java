package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * The multivariate normal whose covariance is a few factors and a diagonal: Σ = WWᵀ + diag(d).
 *
 * <p>log p(x) by Woodbury's formula: with C = I + Wᵀdiag(d)⁻¹W = KKᵀ and r = x − loc, the squared
 * distance is Σ r²/d − ‖K⁻¹Wᵀ(r/d)‖², log|Σ| is Σ log d + 2 Σ log K_mm. loc and diagonal d (a
 * variance) are {@code [..., D]}, factor W {@code [..., D, M]}, one event {@code [D]}; the cost is
 * D·M² + M³ in place of D³.
 */
public final class LowRankMultivariateNormal implements HasMean, HasVariance {
  private final Tensor loc;
  private final Tensor factor;
  private final Tensor diagonal;
  private final int dim;
  private final int rank;
  private final List<Argument> arguments;

  private LowRankMultivariateNormal(Tensor loc, Tensor factor, Tensor diagonal) {
    if (factor.shape().rank() < 2) {
      throw new PplException(
          "LowRankMultivariateNormal: factor must be [..., D, M], got " + factor.shape() + ".");
    }
    this.dim = factor.shape().dim(-2);
    this.rank = factor.shape().dim(-1);
    checkSize("loc", loc);
    checkSize("diagonal", diagonal);
    this.loc = loc;
    this.factor = factor;
    this.diagonal = diagonal;
    this.arguments =
        Arguments.of("LowRankMultivariateNormal")
            .and("loc", loc, Rule.REAL)
            .and("factor", factor, Rule.REAL)
            .and("diagonal", diagonal, Rule.POSITIVE)
            .list();
  }

  private void checkSize(String name, Tensor parameter) {
    if (!parameter.isNumber() && parameter.shape().dim(-1) != dim) {
      throw new PplException(
          "LowRankMultivariateNormal: "
              + name
              + " is "
              + parameter.shape()
              + ", expected [..., "
              + dim
              + "] as the factor has D = "
              + dim
              + " rows.");
    }
  }

  /** By mean, factor W and diagonal variances d. */
  public static LowRankMultivariateNormal of(Tensor loc, Tensor factor, Tensor diagonal) {
    return new LowRankMultivariateNormal(loc, factor, diagonal);
  }

  @Override
  public Shape eventShape() {
    return Shape.of(dim);
  }

  @Override
  public Support support() {
    return Real.INSTANCE;
  }

  private Tensor row(Tensor parameter) {
    return parameter.isNumber() ? parameter.expand(Shape.of(dim)) : parameter;
  }

  @Override
  public Tensor logProb(Tensor x) {
    Tensor d = row(diagonal);
    Tensor r = x.minus(loc);
    Tensor scaled = factor.over(d.unsqueeze(-1));
    Tensor capacitance = factor.transposedMatmul(scaled).plus(identity());
    Tensor k = capacitance.cholesky();
    Tensor projected = scaled.transpose().matvec(r);
    Tensor explained = k.solveLower(projected.unsqueeze(-1)).squeeze(-1).square().sum(-1);
    Tensor distance = r.square().over(d).sum(-1).minus(explained);
    Tensor logDet = k.diagonal().log().sum(-1).times(2).plus(d.log().sum(-1));
    return distance.plus(logDet).plus(dim * Arguments.LOG_2PI).times(-0.5);
  }

  private Tensor identity() {
    double[] eye = new double[rank * rank];
    for (int i = 0; i < rank; i++) {
      eye[i * (rank + 1)] = 1;
    }
    return Arena.current().tensor(eye, Shape.of(rank, rank));
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Arena arena = Arena.current();
    Tensor common = arena.normal(seed.fold("factor"), batch.append(rank));
    Tensor own = arena.normal(seed.fold("diagonal"), batch.append(dim));
    return factor.matvec(common).plus(own.times(diagonal.sqrt())).plus(loc);
  }

  @Override
  public Tensor mean() {
    return row(loc);
  }

  @Override
  public Tensor variance() {
    return factor.square().sum(-1).plus(diagonal);
  }

  @Override
  public List<Argument> arguments() {
    return arguments;
  }
}
