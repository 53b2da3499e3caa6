package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.LogNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Positive;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.ode.Ode;
import io.flowsvi.ppl.ode.RungeKutta;
import io.flowsvi.ppl.ode.Trajectory;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * Hares and lynxes: dU/dt = (α − βV)U, dV/dt = (−γ + δU)V, θ = (α, β, γ, δ), with log-normal
 * errors.
 *
 * <p>α, γ ~ N⁺(1, 0.5), β, δ ~ N⁺(0.05, 0.05), σ_k ~ LogNormal(−1, 1), z_k(0) ~ LogNormal(log 10,
 * 1).
 */
public final class LotkaVolterra implements Model<LotkaVolterra.Data> {
  private static final Latent THETA = new Latent("theta");
  private static final Latent START = new Latent("z_init");
  private static final Latent SIGMA = new Latent("sigma");
  private static final Observed FIRST = new Observed("y_init");
  private static final Observed Y = new Observed("y");
  private static final Derived PATH = new Derived("log_z");
  private static final Ode PELTS = Ode.of(RungeKutta.every(0.05), "log_hare", "log_lynx");

  /** The model; it has no settings. */
  public LotkaVolterra() {}

  /**
   * Pelts by year.
   *
   * @param times years
   * @param first hares and lynxes at time 0
   * @param y hares and lynxes, row by row
   */
  public record Data(double[] times, double[] first, double[] y) {
    /** From N, ts, y_init, y. */
    public static Data of(StanData data) {
      int n = data.count("N");
      return new Data(data.reals("ts", n), data.positives("y_init", 2), data.matrix("y", n, 2));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.times().length;
    Tensor theta = ctx.sample(THETA, ImproperUniform.on(Positive.INSTANCE).event(4));
    Tensor mean = ctx.data(new double[] {1, 0.05, 1, 0.05}, Shape.of(4));
    Tensor sd = ctx.data(new double[] {0.5, 0.05, 0.5, 0.05}, Shape.of(4));
    ctx.factor(new Factor("theta_prior"), Normal.of(mean, sd).event(4).logProb(theta));
    Tensor start = ctx.sample(START, LogNormal.of(Math.log(10), 1).event(2));
    Tensor sigma = ctx.sample(SIGMA, LogNormal.of(-1, 1).event(2));
    ctx.observe(FIRST, LogNormal.of(start.log(), sigma).event(2), ctx.data(d.first(), Shape.of(2)));
    Tensor alpha = theta.at(-1, 0);
    Tensor beta = theta.at(-1, 1);
    Tensor gamma = theta.at(-1, 2);
    Tensor delta = theta.at(-1, 3);
    // In the logarithms of the populations, which keeps both positive at any step.
    Trajectory path =
        ctx.ode(
            PATH,
            PELTS,
            (t, z) ->
                List.of(
                    alpha.minus(beta.times(z.get("log_lynx").exp())),
                    delta.times(z.get("log_hare").exp()).minus(gamma)),
            List.of(start.at(-1, 0).log(), start.at(-1, 1).log()),
            0,
            d.times());
    Tensor log = path.values();
    Tensor each = sigma.unsqueeze(sigma.shape().rank() - 1);
    ctx.observe(Y, LogNormal.of(log, each).event(n, 2), ctx.data(d.y(), Shape.of(n, 2)));
  }
}
