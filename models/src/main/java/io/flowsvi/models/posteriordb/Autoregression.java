package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * An autoregression of order K, the first K values given.
 *
 * <p>α, β_k ~ N(0, 10), σ ~ Cauchy⁺(0, 2.5), y_t ~ N(α + Σ_k β_k y_{t−k}, σ) for t &gt; K.
 */
public final class Autoregression implements Model<Autoregression.Data> {
  private static final Latent ALPHA = new Latent("alpha");
  private static final Latent BETA = new Latent("beta");
  private static final Latent SIGMA = new Latent("sigma");
  private static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public Autoregression() {}

  /**
   * A series and its order.
   *
   * @param order K
   * @param y the series
   */
  public record Data(int order, double[] y) {
    /** From K, T, y. */
    public static Data of(StanData data) {
      return new Data(data.count("K"), data.reals("y", data.count("T")));
    }

    /** y_{t−1}, …, y_{t−K} of each later time, row by row. */
    double[] lags() {
      double[] lags = new double[(y.length - order) * order];
      for (int t = order; t < y.length; t++) {
        for (int k = 1; k <= order; k++) {
          lags[(t - order) * order + k - 1] = y[t - k];
        }
      }
      return lags;
    }

    double[] later() {
      return java.util.Arrays.copyOfRange(y, order, y.length);
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length - d.order();
    Tensor alpha = ctx.sample(ALPHA, Normal.of(0, 10));
    Tensor beta = ctx.sample(BETA, Normal.of(0, 10).event(d.order()));
    Tensor sigma = ctx.sample(SIGMA, HalfCauchy.of(2.5));
    ctx.plate(
        Plate.of("time", n),
        () -> {
          Tensor mean = ctx.data(d.lags(), Shape.of(n, d.order())).linear(beta).plus(alpha);
          ctx.observe(Y, Normal.of(mean, sigma), ctx.data(d.later(), Shape.of(n)));
        });
  }
}
