package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.LogNormal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.ode.Ode;
import io.flowsvi.ppl.ode.RungeKutta;
import io.flowsvi.ppl.ode.Trajectory;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * An epidemic through contaminated water.
 *
 * <p>dS = −βB/(B + κ)S, dI = βB/(B + κ)S − γI, dR = γI, dB = ξI − δB, κ = 10⁶; new cases are
 * Poisson, B is measured with log-normal error 0.15. β ~ Cauchy⁺(2.5), γ ~ Cauchy⁺(1), ξ ~
 * Cauchy⁺(25), δ ~ Cauchy⁺(1).
 */
public final class Epidemic implements Model<Epidemic.Data> {
  private static final double KAPPA = 1e6;
  private static final Ode CHOLERA =
      Ode.of(RungeKutta.every(0.5), "susceptible", "infected", "recovered", "bacteria");

  /** The model; it has no settings. */
  public Epidemic() {}

  /**
   * Counts and measurements.
   *
   * @param times days
   * @param start S, I, R, B at day 0
   * @param cases new cases since the time before
   * @param bacteria measured
   */
  public record Data(double[] times, double[] start, double[] cases, double[] bacteria) {
    /** From N_t, t, y0, stoi_hat, B_hat. */
    public static Data of(StanData data) {
      int n = data.count("N_t");
      return new Data(
          data.reals("t", n),
          data.reals("y0", 4),
          data.counts("stoi_hat", n),
          data.positives("B_hat", n));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.times().length;
    Tensor beta = ctx.sample(new Latent("beta"), HalfCauchy.of(2.5));
    Tensor gamma = ctx.sample(new Latent("gamma"), HalfCauchy.of(1));
    Tensor xi = ctx.sample(new Latent("xi"), HalfCauchy.of(25));
    Tensor delta = ctx.sample(new Latent("delta"), HalfCauchy.of(1));
    List<Tensor> start = new ArrayList<>();
    for (double value : d.start()) {
      start.add(beta.times(0).plus(value));
    }
    Trajectory y =
        ctx.ode(
            new Derived("y"),
            CHOLERA,
            (t, z) -> {
              Tensor dose = z.get("bacteria").over(z.get("bacteria").plus(KAPPA));
              Tensor infections = beta.times(dose).times(z.get("susceptible"));
              Tensor recoveries = gamma.times(z.get("infected"));
              return List.of(
                  infections.negate(),
                  infections.minus(recoveries),
                  recoveries,
                  xi.times(z.get("infected")).minus(delta.times(z.get("bacteria"))));
            },
            start,
            0,
            d.times());
    Tensor susceptible = y.get("susceptible");
    Tensor before =
        Tensor.concat(List.of(start.get(0).unsqueeze(-1), susceptible.slice(-1, 0, n - 1)), -1);
    ctx.observe(
        new Observed("stoi_hat"),
        Poisson.rate(before.minus(susceptible)).event(n),
        ctx.data(d.cases(), Shape.of(n)));
    ctx.observe(
        new Observed("B_hat"),
        LogNormal.of(y.get("bacteria").log(), 0.15).event(n),
        ctx.data(d.bacteria(), Shape.of(n)));
  }
}
