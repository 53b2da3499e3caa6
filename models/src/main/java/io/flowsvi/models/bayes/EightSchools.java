package io.flowsvi.models.bayes;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Effects of coaching in eight schools (Rubin 1981), non-centred.
 *
 * <p>μ ~ N(0, 5), τ ~ Cauchy⁺(0, 5), η_j ~ N(0, 1), θ_j = μ + τη_j, y_j ~ N(θ_j, σ_j) with known
 * σ_j.
 */
public final class EightSchools implements Model<EightSchools.Data> {
  /** The mean effect over schools. */
  public static final Latent MU = new Latent("mu");

  /** The standard deviation of effects between schools. */
  public static final Latent TAU = new Latent("tau");

  /** The standardised effect of each school. */
  public static final Latent ETA = new Latent("eta");

  /** The effect of each school. */
  public static final Derived THETA = new Derived("theta");

  /** The observed effect of each school. */
  public static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public EightSchools() {}

  /**
   * Observed effects and their standard errors.
   *
   * @param y observed effects, points in the test
   * @param sigma their standard errors
   */
  public record Data(double[] y, double[] sigma) {
    /** The table of Rubin (1981), as in Gelman et al., Bayesian Data Analysis, table 5.2. */
    public static Data bundled() {
      return of(StanData.resource(EightSchools.class, "eight-schools.json"));
    }

    /** From Stan's names: J, y, sigma. */
    public static Data of(StanData data) {
      int n = data.count("J");
      return new Data(data.reals("y", n), data.positives("sigma", n));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    Tensor mu = ctx.sample(MU, Normal.of(0, 5));
    Tensor tau = ctx.sample(TAU, HalfCauchy.of(5));
    int n = d.y().length;
    ctx.plate(
        Plate.of("school", n),
        () -> {
          Tensor eta = ctx.sample(ETA, Normal.of(0, 1));
          Tensor theta = ctx.derive(THETA, mu.plus(tau.times(eta)));
          Tensor sigma = ctx.data(d.sigma(), Shape.of(n));
          ctx.observe(Y, Normal.of(theta, sigma), ctx.data(d.y(), Shape.of(n)));
        });
  }
}
