package io.flowsvi.models.posteriordb;

import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Eight schools with log τ ~ N(5, 1), μ ~ N(0, 10), centred: θ_j ~ N(μ, τ). */
public final class EightSchoolsLogNormal implements Model<EightSchools.Data> {
  private static final Latent LOG_TAU = new Latent("log_tau");
  private static final Latent THETA = new Latent("theta");

  /** The model; it has no settings. */
  public EightSchoolsLogNormal() {}

  @Override
  public void run(Context ctx, EightSchools.Data d) {
    int n = d.y().length;
    Tensor mu = ctx.sample(EightSchools.MU, Normal.of(0, 10));
    Tensor tau = ctx.sample(LOG_TAU, Normal.of(5, 1)).exp();
    ctx.plate(
        Plate.of("school", n),
        () -> {
          Tensor theta = ctx.sample(THETA, Normal.of(mu, tau));
          Tensor sigma = ctx.data(d.sigma(), Shape.of(n));
          ctx.observe(EightSchools.Y, Normal.of(theta, sigma), ctx.data(d.y(), Shape.of(n)));
        });
  }
}
