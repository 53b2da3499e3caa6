package io.flowsvi.models.bayes;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Poisson regression with a log link.
 *
 * <p>α ~ N(0, 5), β_k ~ N(0, 2.5), y_i ~ Poisson(exp(α + x̃_i·β)), x̃ the predictors with mean 0
 * and standard deviation 1. The bundled data are quarterly deaths from AIDS in Australia, against
 * the logarithm of the quarter (Dobson 1990, exercise 4.1).
 */
public final class PoissonRegression implements Model<PoissonRegression.Data> {
  /** The log rate at the mean of the predictors. */
  public static final Latent ALPHA = new Latent("alpha");

  /** The coefficients of the standardised predictors. */
  public static final Latent BETA = new Latent("beta");

  /** Counts. */
  public static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public PoissonRegression() {}

  /**
   * Predictors and counts.
   *
   * @param predictors standardised, row by row
   * @param counts one per row
   */
  public record Data(Predictors predictors, double[] counts) {
    /** Quarterly deaths from AIDS in Australia, 1983 to 1986. */
    public static Data bundled() {
      return of(StanData.resource(PoissonRegression.class, "poisson-regression.json"));
    }

    /** From N, K, x [N, K], y [N]. */
    public static Data of(StanData data) {
      int n = data.count("N");
      int k = data.count("K");
      return new Data(Predictors.standardized(data.matrix("x", n, k), k, 1), data.counts("y", n));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.counts().length;
    Tensor alpha = ctx.sample(ALPHA, Normal.of(0, 5));
    Tensor beta = ctx.sample(BETA, Normal.of(0, 2.5).event(d.predictors().columns()));
    ctx.plate(
        Plate.of("row", n),
        () -> {
          Tensor logRate = d.predictors().in(ctx).linear(beta).plus(alpha);
          ctx.observe(Y, Poisson.of(logRate), ctx.data(d.counts(), Shape.of(n)));
        });
  }
}
