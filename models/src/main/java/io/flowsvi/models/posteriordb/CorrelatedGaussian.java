package io.flowsvi.models.posteriordb;

import io.flowsvi.ppl.dist.MultivariateNormal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** z ~ MultiNormal((0, 3), [[1, 1], [1, 4]]), without data: a check of the machinery. */
public final class CorrelatedGaussian implements Model<Object> {
  private static final Latent Z = new Latent("z");

  /** The model; it has no settings. */
  public CorrelatedGaussian() {}

  @Override
  public void run(Context ctx, Object none) {
    Tensor mean = ctx.data(new double[] {0, 3}, Shape.of(2));
    Tensor covariance = ctx.data(new double[] {1, 1, 1, 4}, Shape.of(2, 2));
    Tensor z = ctx.sample(Z, MultivariateNormal.covariance(mean, covariance));
    Tensor first = z.at(-1, 0);
    Tensor second = z.at(-1, 1).minus(3);
    ctx.derive(new Derived("delta_var1"), first.square().minus(1));
    ctx.derive(new Derived("delta_var2"), second.square().minus(4));
    ctx.derive(new Derived("delta_corr"), first.times(second).times(0.5).minus(0.5));
  }
}
