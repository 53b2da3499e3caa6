package io.flowsvi.flows.layer;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Draw;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.dist.StudentT;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Independent Student-t variables with trained degrees of freedom: a base whose tails, heavy or
 * light in each coordinate, are learnt. A Lipschitz chain keeps the tails of its base.
 *
 * <p>log p(z) = Σ log t(z_i; ν_i), ν_i = 1 + softplus(a_i) &gt; 1, so that means exist. Draws are
 * differentiable in ν through the implicit derivative of a gamma draw. Jaini et al. (2020); one ν
 * per coordinate: Liang, Mahoney and Hodgkinson (2022).
 */
public final class StudentTBase implements Flow {
  private static final double LEAST = 1;
  private final int dim;
  private final Param raw;

  /** D coordinates that start with these degrees of freedom, above 1. */
  public StudentTBase(int dim, double degrees, ParamScope scope) {
    if (!(degrees > LEAST && degrees < 1e6)) {
      throw new LayerException(
          "StudentTBase: the degrees of freedom must start between 1 and 1e6, got "
              + degrees
              + ".");
    }
    this.dim = dim;
    // The inverse of softplus.
    double start = degrees - LEAST + Math.log(-Math.expm1(LEAST - degrees));
    this.raw = scope.param("degrees", Shape.of(dim), Init.constant(start));
  }

  private StudentT each() {
    return StudentT.of(raw.value().softplus().plus(LEAST), 0, 1);
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
  public Tensor logProb(Tensor value) {
    return each().logProb(value).sum(-1);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    return each().sample(seed, batch.append(dim));
  }

  @Override
  public Draw draw(Seed seed, Shape batch) {
    Tensor value = sample(seed, batch);
    return new Draw(value, logProb(value));
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }

  @Override
  public String name() {
    return "StudentTBase";
  }
}
