package io.flowsvi.models.bayes;

import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * The eight schools as first written: θ_j ~ N(μ, τ) is a latent itself, which makes a funnel.
 *
 * <p>μ ~ N(0, 5), τ ~ Cauchy⁺(0, 5), θ_j ~ N(μ, τ), y_j ~ N(θ_j, σ_j). The same posterior of μ, τ
 * and θ as {@link EightSchools}, much harder for a guide; {@code NonCentred.of(model, THETA)} mends
 * it.
 */
public final class EightSchoolsCentred implements Model<EightSchools.Data> {
  /** The effect of each school. */
  public static final Latent THETA = new Latent("theta");

  /** The model; it has no settings. */
  public EightSchoolsCentred() {}

  @Override
  public void run(Context ctx, EightSchools.Data d) {
    Tensor mu = ctx.sample(EightSchools.MU, Normal.of(0, 5));
    Tensor tau = ctx.sample(EightSchools.TAU, HalfCauchy.of(5));
    int n = d.y().length;
    ctx.plate(
        Plate.of("school", n),
        () -> {
          Tensor theta = ctx.sample(THETA, Normal.of(mu, tau));
          Tensor sigma = ctx.data(d.sigma(), Shape.of(n));
          ctx.observe(EightSchools.Y, Normal.of(theta, sigma), ctx.data(d.y(), Shape.of(n)));
        });
  }
}
