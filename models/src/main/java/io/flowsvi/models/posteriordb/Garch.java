package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Positive;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.dist.Uniform;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.sequence.LinearRecurrence;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * GARCH(1, 1) with flat priors on α1 + β1 &lt; 1.
 *
 * <p>h_1 = σ_1², h_t = α0 + α1 (y_{t−1} − μ)² + β1 h_{t−1}, y_t ~ N(μ, √h_t).
 */
public final class Garch implements Model<Garch.Data> {
  private static final Latent MU = new Latent("mu");
  private static final Latent ALPHA0 = new Latent("alpha0");
  private static final Latent ALPHA1 = new Latent("alpha1");
  private static final Latent BETA1 = new Latent("beta1");
  private static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public Garch() {}

  /**
   * A series and its first standard deviation.
   *
   * @param y the series
   * @param sigma1 the standard deviation of the first value
   */
  public record Data(double[] y, double sigma1) {
    /** From T, y, sigma1. */
    public static Data of(StanData data) {
      return new Data(data.reals("y", data.count("T")), data.positives("sigma1", 1)[0]);
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length;
    Tensor mu = ctx.sample(MU, ImproperUniform.on(Real.INSTANCE));
    Tensor alpha0 = ctx.sample(ALPHA0, ImproperUniform.on(Positive.INSTANCE));
    Tensor alpha1 = ctx.sample(ALPHA1, Uniform.of(0, 1));
    Tensor room = alpha1.negate().plus(1);
    Tensor share = ctx.sample(BETA1, Uniform.of(Tensor.number(0), room));
    // Uniform on (0, 1 − α1) has density 1/(1 − α1); flat on the triangle has not.
    ctx.factor(new io.flowsvi.ppl.model.Factor("triangle"), room.log());
    ctx.plate(
        Plate.of("time", n),
        () -> {
          Tensor y = ctx.data(d.y(), Shape.of(n));
          Tensor shocks = alpha0.plus(alpha1.times(y.minus(mu).square()));
          Tensor first = mu.times(0).plus(d.sigma1() * d.sigma1());
          Tensor later = LinearRecurrence.of(first, share, shocks.slice(-1, 0, n - 1));
          Tensor variance = Tensor.concat(List.of(first, later), -1);
          ctx.observe(Y, Normal.of(mu, variance.sqrt()), y);
        });
  }
}
