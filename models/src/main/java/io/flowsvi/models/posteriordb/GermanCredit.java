package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Gamma;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/** Bad credit risks among a thousand: logistic regression on 24 standardised columns and a one. */
public final class GermanCredit {
  private static final Latent WEIGHTS = new Latent("weights");
  private static final Latent UNSCALED = new Latent("unscaled_weights");
  private static final Latent LOCAL = new Latent("local_scales");
  private static final Latent GLOBAL = new Latent("global_scale");
  private static final Observed BAD = new Observed("bad");

  private GermanCredit() {}

  /**
   * A design and outcomes.
   *
   * @param design standardised (divisor N), row by row, ones last
   * @param columns how many, ones included
   * @param bad 1 = bad risk
   */
  public record Data(double[] design, int columns, double[] bad) {
    /** From N, D, X_raw, label_raw_1good_2bad. */
    public static Data of(StanData data) {
      int n = data.count("N");
      int k = data.count("D");
      double[] raw = data.matrix("X_raw", n, k);
      double[] design = new double[n * (k + 1)];
      for (int j = 0; j < k; j++) {
        double mean = 0;
        double square = 0;
        for (int i = 0; i < n; i++) {
          mean += raw[i * k + j] / n;
          square += raw[i * k + j] * raw[i * k + j] / n;
        }
        for (int i = 0; i < n; i++) {
          design[i * (k + 1) + j] = (raw[i * k + j] - mean) / Math.sqrt(square - mean * mean);
        }
      }
      double[] bad = data.reals("label_raw_1good_2bad", n);
      for (int i = 0; i < n; i++) {
        design[i * (k + 1) + k] = 1;
        bad[i] -= 1;
      }
      return new Data(design, k + 1, bad);
    }
  }

  /** w_j ~ N(0, 1). */
  public static void plain(Context ctx, Data d) {
    outcomes(ctx, d, ctx.sample(WEIGHTS, Normal.of(0, 1).event(d.columns())));
  }

  /** w_j = z_j λ_j g, z_j ~ N(0, 1), λ_j and g ~ Gamma(½, ½). */
  public static void sparse(Context ctx, Data d) {
    Tensor z = ctx.sample(UNSCALED, Normal.of(0, 1).event(d.columns()));
    Tensor local = ctx.sample(LOCAL, Gamma.of(0.5, 0.5).event(d.columns()));
    Tensor global = ctx.sample(GLOBAL, Gamma.of(0.5, 0.5));
    outcomes(ctx, d, z.times(local).times(global.unsqueeze(-1)));
  }

  private static void outcomes(Context ctx, Data d, Tensor weights) {
    int n = d.bad().length;
    ctx.plate(
        Plate.of("row", n),
        () -> {
          Tensor logits = ctx.data(d.design(), Shape.of(n, d.columns())).linear(weights);
          ctx.observe(BAD, Bernoulli.logits(logits), ctx.data(d.bad(), Shape.of(n)));
        });
  }
}
