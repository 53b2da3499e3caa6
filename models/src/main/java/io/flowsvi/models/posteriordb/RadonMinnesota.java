package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Uniform;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Radon in houses of 85 counties, centred.
 *
 * <p>m ~ N(0, 1), s ~ U(0, 100), county_c ~ N(m, s), w_k ~ N(0, 1), σ ~ U(0, 100), y_i ~
 * N(county_{c(i)} + w·x_i, σ).
 */
public final class RadonMinnesota implements Model<RadonMinnesota.Data> {
  private static final Latent MEAN = new Latent("county_effect_mean");
  private static final Latent SCALE = new Latent("county_effect_scale");
  private static final Latent EFFECT = new Latent("county_effect");
  private static final Latent WEIGHT = new Latent("weight");
  private static final Latent NOISE = new Latent("log_radon_scale");
  private static final Observed Y = new Observed("log_radon");

  /** The model; it has no settings. */
  public RadonMinnesota() {}

  /**
   * Houses.
   *
   * @param counties how many
   * @param county of each house, from 0
   * @param design uranium, floor and mean floor of the county, row by row
   * @param y log radon
   */
  public record Data(int counties, int[] county, double[] design, double[] y) {
    /** From N, J and columns by name. */
    public static Data of(StanData data) {
      int n = data.count("N");
      int counties = data.count("J");
      String[] names = {"log_uranium", "floor", "floor_by_county"};
      double[] design = new double[3 * n];
      for (int k = 0; k < 3; k++) {
        double[] column = data.reals(names[k], n);
        for (int i = 0; i < n; i++) {
          design[3 * i + k] = column[i];
        }
      }
      int[] county = data.indices("county_1based", n, counties);
      return new Data(counties, county, design, data.reals("log_radon", n));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length;
    Plate counties = Plate.of("county", d.counties());
    Tensor mean = ctx.sample(MEAN, Normal.of(0, 1));
    Tensor scale = ctx.sample(SCALE, Uniform.of(0, 100));
    Tensor effect = ctx.plate(counties, () -> ctx.sample(EFFECT, Normal.of(mean, scale)));
    Tensor weight = ctx.sample(WEIGHT, Normal.of(0, 1).event(3));
    Tensor noise = ctx.sample(NOISE, Uniform.of(0, 100));
    ctx.plate(
        Plate.of("house", n),
        () -> {
          Tensor own = ctx.gather(effect, counties, ctx.data(d.county(), Shape.of(n)));
          Tensor loc = ctx.data(d.design(), Shape.of(n, 3)).linear(weight).plus(own);
          ctx.observe(Y, Normal.of(loc, noise), ctx.data(d.y(), Shape.of(n)));
        });
  }
}
