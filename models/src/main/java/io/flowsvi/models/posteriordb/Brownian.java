package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.GaussianRandomWalk;
import io.flowsvi.ppl.dist.LogNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * A Brownian path, observed with noise except in the middle.
 *
 * <p>x_t ~ N(x_{t−1}, innovation), observed_t ~ N(x_t, noise), x_0 = 0.
 */
public final class Brownian {
  private static final Latent LOC = new Latent("loc");
  private static final Latent INNOVATION = new Latent("innovation_noise_scale");
  private static final Latent NOISE = new Latent("observation_noise_scale");
  private static final Observed Y = new Observed("observed_locs");

  private Brownian() {}

  /**
   * A path with holes.
   *
   * @param y observations, 0 in holes
   * @param present 0 in holes, else 1
   * @param innovation the known innovation scale
   * @param noise the known noise scale
   */
  public record Data(double[] y, double[] present, double innovation, double noise) {
    /** From observed_locs, in which null is a hole, and both scales. */
    public static Data of(StanData data) {
      double[] y = data.withHoles("observed_locs", 30);
      double[] present = new double[y.length];
      for (int t = 0; t < y.length; t++) {
        present[t] = Double.isNaN(y[t]) ? 0 : 1;
        y[t] = present[t] == 1 ? y[t] : 0;
      }
      return new Data(
          y,
          present,
          data.positives("innovation_noise_scale", 1)[0],
          data.positives("observation_noise_scale", 1)[0]);
    }
  }

  /** Both scales known: a Gaussian posterior. */
  public static void known(Context ctx, Data d) {
    path(ctx, d, Tensor.number(d.innovation()), Tensor.number(d.noise()));
  }

  /** Both scales ~ LogNormal(0, 2). */
  public static void unknown(Context ctx, Data d) {
    Tensor innovation = ctx.sample(INNOVATION, LogNormal.of(0, 2));
    Tensor noise = ctx.sample(NOISE, LogNormal.of(0, 2));
    path(ctx, d, innovation, noise);
  }

  private static void path(Context ctx, Data d, Tensor innovation, Tensor noise) {
    int n = d.y().length;
    Tensor loc = ctx.sample(LOC, GaussianRandomWalk.of(n, innovation));
    Tensor rows = loc.reshape(Shape.of(loc.shape().dim(0), n));
    ctx.plate(
        Plate.of("time", n),
        () -> {
          Tensor y = ctx.data(d.y(), Shape.of(n));
          ctx.observe(Y, Normal.of(rows, noise), y, ctx.data(d.present(), Shape.of(n)));
        });
  }
}
