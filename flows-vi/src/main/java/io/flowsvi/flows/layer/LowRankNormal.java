package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A trained normal whose covariance is a diagonal and a few factors: many correlations for few
 * numbers.
 *
 * <p>z = m + e^s ⊙ ε + V η, ε [D] and η [R] standard normal, so z ~ N(m, e^{2s} + V Vᵀ). With W =
 * e^{−s} V and C = I + WᵀW [R, R]: log|det Σ| = 2 Σ s + log|det C|; the quadratic form of r =
 * e^{−s} ⊙ (z − m) is ‖r‖² − ‖L⁻¹ Wᵀ r‖², L Lᵀ = C (Woodbury). Both directions cost D R per sample
 * and D R² + R³ once. Any real s and V are allowed. Ong, Nott and Smith (2018), eq. 2.
 */
public final class LowRankNormal implements EntropyFlow {
  private static final double LOG_2PI = Math.log(2 * Math.PI);
  private final int dim;
  private final int rank;
  private final Param shift;
  private final Param logScale;
  private final Param factors;

  /**
   * Starts at m = 0, the given scale and small factors.
   *
   * @param dim D
   * @param rank R, at least 1
   * @param scale e^s at the start, positive
   * @param scope where the numbers live
   */
  public LowRankNormal(int dim, int rank, double scale, ParamScope scope) {
    if (rank < 1 || !(scale > 0)) {
      throw new LayerException(
          "LowRankNormal needs at least 1 factor and a positive scale, got rank "
              + rank
              + ", scale "
              + scale
              + ".");
    }
    this.dim = dim;
    this.rank = rank;
    this.shift = scope.param("shift", Shape.of(dim), Init.zeros());
    this.logScale = scope.param("logScale", Shape.of(dim), Init.constant(Math.log(scale)));
    this.factors = scope.param("factors", Shape.of(dim, rank), Init.normal(scale / 10));
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
  public Tensor sample(Seed seed, Shape batch) {
    Arena arena = Arena.current();
    Tensor own = arena.normal(seed.fold("own"), batch.append(dim));
    Tensor shared = arena.normal(seed.fold("shared"), batch.append(rank));
    return own.times(logScale.value().exp())
        .plus(shared.matmulTransposed(factors.value()))
        .plus(shift.value());
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    Tensor value = sample(seed, batch);
    return new Draw(value, logProb(value));
  }

  @Override
  public Tensor logProb(Tensor value) {
    Tensor scaled = scaledFactors();
    Tensor r = value.minus(shift.value()).times(logScale.value().negate().exp());
    Tensor l = capacitance(scaled).cholesky();
    Tensor inner = l.solveLower(r.matmul(scaled).unsqueeze(-1)).squeeze(-1);
    Tensor quadratic = r.square().sum(-1).minus(inner.square().sum(-1));
    return quadratic.times(-0.5).minus(halfLogDet(l)).minus(0.5 * dim * LOG_2PI);
  }

  @Override
  public Tensor entropy() {
    return halfLogDet(capacitance(scaledFactors()).cholesky()).plus(0.5 * dim * (1 + LOG_2PI));
  }

  private Tensor scaledFactors() {
    return factors.value().times(logScale.value().negate().exp().unsqueeze(-1));
  }

  private Tensor capacitance(Tensor scaled) {
    double[] identity = new double[rank * rank];
    for (int i = 0; i < rank; i++) {
      identity[i * rank + i] = 1;
    }
    return scaled
        .transposedMatmul(scaled)
        .plus(Arena.current().tensor(identity, Shape.of(rank, rank)));
  }

  private Tensor halfLogDet(Tensor l) {
    return logScale.value().sum().plus(l.diagonal().log().sum());
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }

  @Override
  public String name() {
    return "LowRankNormal";
  }
}
