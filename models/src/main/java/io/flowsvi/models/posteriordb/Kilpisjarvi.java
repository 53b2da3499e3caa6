package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Positive;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Summer temperatures at Kilpisjärvi against the calendar year, not centred.
 *
 * <p>α ~ N(m_α, s_α), β ~ N(m_β, s_β), σ flat, y_i ~ N(α + βx_i, σ); prior constants are data.
 */
public final class Kilpisjarvi implements Model<Kilpisjarvi.Data> {
  private static final Latent ALPHA = new Latent("alpha");
  private static final Latent BETA = new Latent("beta");
  private static final Latent SIGMA = new Latent("sigma");
  private static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public Kilpisjarvi() {}

  /**
   * Years, temperatures, and mean and sd of both priors.
   *
   * @param x years
   * @param y temperatures
   * @param alpha mean and sd of the intercept's prior
   * @param beta mean and sd of the slope's prior
   */
  public record Data(double[] x, double[] y, double[] alpha, double[] beta) {
    /** From Stan's names. */
    public static Data of(StanData data) {
      int n = data.count("N");
      double[] alpha = {data.reals("pmualpha", 1)[0], data.positives("psalpha", 1)[0]};
      double[] beta = {data.reals("pmubeta", 1)[0], data.positives("psbeta", 1)[0]};
      return new Data(data.reals("x", n), data.reals("y", n), alpha, beta);
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length;
    Tensor alpha = ctx.sample(ALPHA, Normal.of(d.alpha()[0], d.alpha()[1]));
    Tensor beta = ctx.sample(BETA, Normal.of(d.beta()[0], d.beta()[1]));
    Tensor sigma = ctx.sample(SIGMA, ImproperUniform.on(Positive.INSTANCE));
    ctx.plate(
        Plate.of("row", n),
        () -> {
          Tensor mean = beta.times(ctx.data(d.x(), Shape.of(n))).plus(alpha);
          ctx.observe(Y, Normal.of(mean, sigma), ctx.data(d.y(), Shape.of(n)));
        });
  }
}
