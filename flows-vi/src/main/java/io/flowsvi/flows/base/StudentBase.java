package io.flowsvi.flows.base;

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
 * D independent Student's t with learned degrees of freedom: a base for any chain whose target has
 * heavier tails than a normal, which no layer with a bounded slope can make of one.
 *
 * <p>log p(z) = Σ log t(z_i; ν_i), ν = e^raw &gt; 0, one a coordinate; z is {@code [..., D]}. Draws
 * are differentiable in ν by the implicit derivative of gamma draws. Starts at ν = 30, nearly
 * normal. Andrade (2024); Jaini, Kobyzev, Yu and Brubaker (2020), theorem 4 on why a normal base
 * will not do.
 */
public final class StudentBase implements Flow {
  private static final double START = 30;

  private final Param logDegrees;

  private StudentBase(int dim, ParamScope scope) {
    this.logDegrees = scope.param("logDegrees", Shape.of(dim), Init.constant(Math.log(START)));
  }

  /** Of D dimensions, with its degrees of freedom in the scope. */
  public static StudentBase of(int dim, ParamScope scope) {
    return new StudentBase(dim, scope);
  }

  private StudentT each() {
    return StudentT.of(logDegrees.value().exp(), 0, 1);
  }

  @Override
  public Shape eventShape() {
    return logDegrees.shape();
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
    return each().sample(seed, batch.append(eventShape()));
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
}
