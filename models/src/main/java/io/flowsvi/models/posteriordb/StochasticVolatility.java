package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Ar1;
import io.flowsvi.ppl.dist.Beta;
import io.flowsvi.ppl.dist.Cauchy;
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
 * Returns whose log variance is a stationary autoregression.
 *
 * <p>φ = 2B − 1, B ~ Beta(20, 1.5), μ ~ Cauchy(0, 5), s ~ Cauchy⁺(0, 2), h_1 ~ N(μ, s/√(1 − φ²)),
 * h_t ~ N(μ + φ(h_{t−1} − μ), s), r_t ~ N(0, e^{h_t/2}).
 */
public final class StochasticVolatility implements Model<StochasticVolatility.Data> {
  private static final Latent HALF = new Latent("persistence_beta");
  private static final Derived PERSISTENCE = new Derived("persistence");
  private static final Latent MEAN = new Latent("mean_log_volatility");
  private static final Latent SHOCK = new Latent("shock_scale");
  private static final Latent LOG_VOLATILITY = new Latent("log_volatility");
  private static final Observed RETURNS = new Observed("centered_returns");

  /** The model; it has no settings. */
  public StochasticVolatility() {}

  /**
   * The series.
   *
   * @param returns centred
   */
  public record Data(double[] returns) {
    /** From T, centered_returns. */
    public static Data of(StanData data) {
      return new Data(data.reals("centered_returns", data.count("T")));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.returns().length;
    Tensor half = ctx.sample(HALF, Beta.of(20, 1.5));
    Tensor phi = ctx.derive(PERSISTENCE, half.times(2).minus(1));
    Tensor mean = ctx.sample(MEAN, Cauchy.of(0, 5));
    Tensor shock = ctx.sample(SHOCK, HalfCauchy.of(2));
    Tensor h = ctx.sample(LOG_VOLATILITY, Ar1.of(n, mean, phi, shock));
    Tensor rows = h.reshape(Shape.of(h.shape().dim(0), n));
    ctx.plate(
        Plate.of("day", n),
        () ->
            ctx.observe(
                RETURNS, Normal.of(0, rows.times(0.5).exp()), ctx.data(d.returns(), Shape.of(n))));
  }
}
