package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Beta;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.Mixture;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Ordered;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Two normals, the first below the second, the component summed out.
 *
 * <p>μ ordered, each N(0, 2); σ_k ~ N⁺(0, 2); θ ~ Beta(5, 5) the weight of the lower.
 */
public final class GaussianMixture implements Model<GaussianMixture.Data> {
  private static final Latent MU = new Latent("mu");
  private static final Latent SIGMA = new Latent("sigma");
  private static final Latent THETA = new Latent("theta");
  private static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public GaussianMixture() {}

  /**
   * The sample.
   *
   * @param y values
   */
  public record Data(double[] y) {
    /** From N, y. */
    public static Data of(StanData data) {
      return new Data(data.reals("y", data.count("N")));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length;
    Tensor mu = ctx.sample(MU, ImproperUniform.on(Ordered.INSTANCE, Shape.of(2)));
    ctx.factor(new Factor("mu_prior"), Normal.of(0, 2).event(2).logProb(mu));
    Tensor sigma = ctx.sample(SIGMA, HalfNormal.of(2).event(2));
    Tensor theta = ctx.sample(THETA, Beta.of(5, 5));
    Tensor logits = Tensor.stack(List.of(theta.log(), theta.negate().log1p()), -1);
    Mixture mixture =
        Mixture.of(
            logits,
            List.of(
                Normal.of(mu.at(-1, 0), sigma.at(-1, 0)),
                Normal.of(mu.at(-1, 1), sigma.at(-1, 1))));
    ctx.plate(Plate.of("row", n), () -> ctx.observe(Y, mixture, ctx.data(d.y(), Shape.of(n))));
  }
}
