package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Positive;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.Function;

/**
 * Gaussian linear regression on the raw scale of the data.
 *
 * <p>y_i ~ N(x_i·β, σ), β flat on all of R^K, σ &gt; 0 flat or half-Cauchy(2.5).
 */
public final class LinearRegression implements Model<LinearRegression.Data> {
  /** The coefficients. */
  public static final Latent BETA = new Latent("beta");

  /** The residual standard deviation. */
  public static final Latent SIGMA = new Latent("sigma");

  /** The outcome. */
  public static final Observed Y = new Observed("y");

  private final Distribution residual;

  private LinearRegression(Distribution residual) {
    this.residual = residual;
  }

  /** With p(σ) ∝ 1. */
  public static LinearRegression flat() {
    return new LinearRegression(ImproperUniform.on(Positive.INSTANCE));
  }

  /** With σ ~ half-Cauchy(2.5). */
  public static LinearRegression halfCauchy() {
    return new LinearRegression(HalfCauchy.of(2.5));
  }

  /**
   * A design and an outcome.
   *
   * @param design row by row
   * @param columns how many columns it has
   * @param y the outcome of each row
   */
  public record Data(double[] design, int columns, double[] y) {
    /** From columns of the data, made by a recipe that returns the outcome last. */
    static Data of(StanData data, Function<Columns, double[][]> recipe) {
      double[][] all = recipe.apply(new Columns(data, data.count("N")));
      int k = all.length - 1;
      double[] y = all[k];
      double[] design = new double[y.length * k];
      for (int i = 0; i < y.length; i++) {
        for (int j = 0; j < k; j++) {
          design[i * k + j] = all[j][i];
        }
      }
      return new Data(design, k, y);
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length;
    Tensor beta = ctx.sample(BETA, ImproperUniform.on(Real.INSTANCE).event(d.columns()));
    Tensor sigma = ctx.sample(SIGMA, residual);
    ctx.plate(
        Plate.of("row", n),
        () -> {
          Tensor mean = ctx.data(d.design(), Shape.of(n, d.columns())).linear(beta);
          ctx.observe(Y, Normal.of(mean, sigma), ctx.data(d.y(), Shape.of(n)));
        });
  }
}
