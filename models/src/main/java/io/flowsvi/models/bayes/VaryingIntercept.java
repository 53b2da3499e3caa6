package io.flowsvi.models.bayes;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Exponential;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;

/**
 * Linear regression with an intercept for each group.
 *
 * <p>μ ~ N(ȳ, 2.5 s), β_k ~ N(0, 2.5 s), τ ~ Exp(1/s), σ ~ Exp(1/s), η_j ~ N(0, 1), α_j = μ + τη_j,
 * y_i ~ N(α_{g(i)} + x̃_i·β, σ); ȳ and s are mean and standard deviation of y, x̃ the predictors
 * with mean 0 and standard deviation 1 (the weakly informative defaults of rstanarm). The bundled
 * data are eleven girls, each measured at four ages (Potthoff and Roy 1964).
 */
public final class VaryingIntercept implements Model<VaryingIntercept.Data> {
  /** The mean intercept. */
  public static final Latent MU = new Latent("mu");

  /** The coefficients of the standardised predictors. */
  public static final Latent BETA = new Latent("beta");

  /** The standard deviation between groups. */
  public static final Latent TAU = new Latent("tau");

  /** The standard deviation within groups. */
  public static final Latent SIGMA = new Latent("sigma");

  /** The standardised intercept of each group. */
  public static final Latent ETA = new Latent("eta");

  /** The intercept of each group. */
  public static final Derived ALPHA = new Derived("alpha");

  /** The outcome. */
  public static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public VaryingIntercept() {}

  /**
   * Predictors, groups and outcomes.
   *
   * @param predictors standardised, row by row
   * @param group the group of each row, from 0
   * @param groups how many groups
   * @param y the outcome of each row
   */
  public record Data(Predictors predictors, int[] group, int groups, double[] y) {
    /**
     * Potthoff and Roy (1964), table 1, girls: millimetres from pituitary to pterygomaxillary
     * fissure.
     */
    public static Data bundled() {
      return of(StanData.resource(VaryingIntercept.class, "varying-intercept.json"));
    }

    /** From N, J, K, group [N] counting from 1, x [N, K], y [N]. */
    public static Data of(StanData data) {
      int n = data.count("N");
      int groups = data.count("J");
      int k = data.count("K");
      Predictors x = Predictors.standardized(data.matrix("x", n, k), k, 1);
      return new Data(x, data.indices("group", n, groups), groups, data.reals("y", n));
    }

    double mean() {
      return Arrays.stream(y).average().orElse(0);
    }

    double sd() {
      double mean = mean();
      double square = Arrays.stream(y).map(v -> (v - mean) * (v - mean)).sum();
      return Math.sqrt(square / (y.length - 1));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length;
    double s = d.sd();
    Plate groups = Plate.of("group", d.groups());
    Tensor mu = ctx.sample(MU, Normal.of(d.mean(), 2.5 * s));
    Tensor beta = ctx.sample(BETA, Normal.of(0, 2.5 * s).event(d.predictors().columns()));
    Tensor tau = ctx.sample(TAU, Exponential.of(1 / s));
    Tensor sigma = ctx.sample(SIGMA, Exponential.of(1 / s));
    Tensor alpha =
        ctx.plate(
            groups, () -> ctx.derive(ALPHA, mu.plus(tau.times(ctx.sample(ETA, Normal.of(0, 1))))));
    ctx.plate(
        Plate.of("row", n),
        () -> {
          Tensor intercept = ctx.gather(alpha, groups, ctx.data(d.group(), Shape.of(n)));
          Tensor mean = d.predictors().in(ctx).linear(beta).plus(intercept);
          ctx.observe(Y, Normal.of(mean, sigma), ctx.data(d.y(), Shape.of(n)));
        });
  }
}
