package io.flowsvi.models.vae.part;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Categorical;
import io.flowsvi.ppl.dist.Distribution;
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
 * A learnt mixture of K diagonal Gaussians on vectors.
 *
 * <p>log p(z) = log Σ_k w_k N(z; μ_k, diag e^{2 s_k}). z is {@code [..., D]}; a density costs KD.
 * Means start spread out with unit scales, so that components can part. Draws choose a component
 * and are not differentiable through the choice.
 */
public final class MixturePrior implements Distribution {
  private static final double HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);
  private static final double SPREAD = 0.5;

  private final int dim;
  private final int components;
  private final Param logits;
  private final Param means;
  private final Param logScales;

  private MixturePrior(ParamScope scope, int dim, int components) {
    this.dim = dim;
    this.components = components;
    this.logits = scope.param("logits", Shape.of(components), Init.zeros());
    this.means = scope.param("means", Shape.of(components, dim), Init.normal(SPREAD));
    this.logScales = scope.param("logScales", Shape.of(components, dim), Init.zeros());
  }

  /** K components on vectors of a size. */
  public static MixturePrior of(ParamScope scope, int dim, int components) {
    return new MixturePrior(scope, dim, components);
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
  public Tensor logProb(Tensor z) {
    Tensor scale = logScales.value();
    Tensor standard = z.unsqueeze(-2).minus(means.value()).times(scale.negate().exp());
    Tensor each = standard.square().sum(-1).times(-0.5).minus(scale.sum(-1));
    Tensor joint = each.plus(logits.value().logSoftmax(-1));
    return joint.logSumExp(-1).minus(dim * HALF_LOG_2PI);
  }

  @Override
  public Tensor sample(Seed seed, Shape batch) {
    Tensor choice = Categorical.logits(logits.value()).sample(seed.fold("choice"), batch);
    int[] index = new int[choice.shape().size()];
    double[] chosen = choice.toDoubles();
    for (int i = 0; i < index.length; i++) {
      index[i] = (int) chosen[i];
    }
    Arena arena = Arena.current();
    Tensor rows = arena.index(index, Shape.of(index.length));
    Tensor noise = arena.normal(seed.fold("noise"), batch.append(dim));
    Shape shape = batch.append(dim);
    Tensor scale = logScales.value().gather(0, rows).exp().reshape(shape);
    return means.value().gather(0, rows).reshape(shape).plus(scale.times(noise));
  }

  @Override
  public List<Argument> arguments() {
    return List.of();
  }

  @Override
  public String toString() {
    return "MixturePrior[" + components + " components on " + dim + "]";
  }
}
