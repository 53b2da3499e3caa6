package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Bayesian linear regression: β_d ~ N(0, 10), σ ~ N⁺(0, 10), y ~ N(Xβ, σ). */
public final class NormalPriorRegression implements Model<NormalPriorRegression.Data> {
  private static final Latent BETA = new Latent("beta");
  private static final Latent SIGMA = new Latent("sigma");
  private static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public NormalPriorRegression() {}

  /**
   * A design and an outcome.
   *
   * @param design row by row, without an intercept
   * @param columns how many columns
   * @param y the outcome
   */
  public record Data(double[] design, int columns, double[] y) {
    /** From N, D, X, y. */
    public static Data of(StanData data) {
      int n = data.count("N");
      int d = data.count("D");
      return new Data(data.matrix("X", n, d), d, data.reals("y", n));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length;
    Tensor beta = ctx.sample(BETA, Normal.of(0, 10).event(d.columns()));
    Tensor sigma = ctx.sample(SIGMA, HalfNormal.of(10));
    ctx.plate(
        Plate.of("row", n),
        () -> {
          Tensor mean = ctx.data(d.design(), Shape.of(n, d.columns())).linear(beta);
          ctx.observe(Y, Normal.of(mean, sigma), ctx.data(d.y(), Shape.of(n)));
        });
  }
}
