package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Dogs that learn to avoid a shock (Bush and Mosteller 1955).
 *
 * <p>β_k ~ N(0, 100), P(shock) = logit⁻¹(β1 + β2 avoidances so far + β3 shocks so far).
 */
public final class Dogs implements Model<Dogs.Data> {
  private static final Latent BETA = new Latent("beta");
  private static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public Dogs() {}

  /**
   * Shocks.
   *
   * @param features 1, avoidances and shocks before each trial, row by row
   * @param y 1 = shock, a dog after another
   */
  public record Data(double[] features, double[] y) {
    /** From n_dogs, n_trials, y. */
    public static Data of(StanData data) {
      int dogs = data.count("n_dogs");
      int trials = data.count("n_trials");
      double[] y = data.matrix("y", dogs, trials);
      double[] features = new double[y.length * 3];
      for (int i = 0; i < y.length; i++) {
        boolean first = i % trials == 0;
        features[3 * i] = 1;
        features[3 * i + 1] = first ? 0 : features[3 * i - 2] + 1 - y[i - 1];
        features[3 * i + 2] = first ? 0 : features[3 * i - 1] + y[i - 1];
      }
      return new Data(features, y);
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.y().length;
    Tensor beta = ctx.sample(BETA, Normal.of(0, 100).event(3));
    ctx.plate(
        Plate.of("trial", n),
        () -> {
          Tensor logits = ctx.data(d.features(), Shape.of(n, 3)).linear(beta);
          ctx.observe(Y, Bernoulli.logits(logits), ctx.data(d.y(), Shape.of(n)));
        });
  }
}
