package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A noisy Lorenz path of which one coordinate is seen, not in the middle.
 *
 * <p>x_1 ~ N(0, 1), x_t ~ N(x_{t−1} + h d(x_{t−1}), √h s), d(x) = (10(y − x), x(28 − z) − y, xy −
 * 8z/3).
 */
public final class LorenzBridge implements Model<LorenzBridge.Data> {
  private static final Latent STATE = new Latent("state");
  private static final Derived LATENTS = new Derived("latents");
  private static final Observed SEEN = new Observed("observed_values");

  /** The model; it has no settings. */
  public LorenzBridge() {}

  /**
   * Observations and known constants.
   *
   * @param y the first coordinate, seen where present
   * @param present 0 in holes, else 1
   * @param step h
   * @param innovation s
   * @param noise the standard deviation of observations
   */
  public record Data(double[] y, double[] present, double step, double innovation, double noise) {
    /** From the names of the inference gym's export. */
    public static Data of(StanData data) {
      int n = data.size("observed_mask");
      double[] present = data.counts("observed_mask", n);
      double[] y = data.withHoles("observed_values", n);
      for (int t = 0; t < n; t++) {
        y[t] = present[t] == 1 ? y[t] : 0;
      }
      return new Data(
          y,
          present,
          data.positives("step_size", 1)[0],
          data.positives("innovation_scale", 1)[0],
          data.positives("observation_scale", 1)[0]);
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length;
    double scale = Math.sqrt(d.step()) * d.innovation();
    List<Tensor> path = new ArrayList<>();
    Tensor now = ctx.sample(STATE.at(1), Normal.of(0, 1).event(3));
    path.add(now);
    for (int t = 2; t <= n; t++) {
      Tensor mean = now.plus(drift(now).times(d.step()));
      now = ctx.sample(STATE.at(t), Normal.of(mean, scale).event(3));
      path.add(now);
    }
    Tensor latents = Tensor.stack(path, now.shape().rank() - 1);
    ctx.derive(LATENTS, latents);
    Tensor seen = latents.at(-1, 0).reshape(Shape.of(latents.shape().dim(0), n));
    ctx.plate(
        Plate.of("time", n),
        () -> {
          Tensor data = ctx.data(d.y(), Shape.of(n));
          Tensor present = ctx.data(d.present(), Shape.of(n));
          ctx.observe(SEEN, Normal.of(seen, d.noise()), data, present);
        });
  }

  private static Tensor drift(Tensor state) {
    Tensor x = state.at(-1, 0);
    Tensor y = state.at(-1, 1);
    Tensor z = state.at(-1, 2);
    return Tensor.stack(
        List.of(
            y.minus(x).times(10),
            x.times(z.negate().plus(28)).minus(y),
            x.times(y).minus(z.times(8.0 / 3))),
        -1);
  }
}
