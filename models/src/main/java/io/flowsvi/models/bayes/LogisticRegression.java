package io.flowsvi.models.bayes;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Binomial;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;

/**
 * Logistic regression on counts of successes.
 *
 * <p>α ~ N(0, 2.5), β_k ~ N(0, 2.5), y_i ~ Binomial(n_i, logit⁻¹(α + x̃_i·β)), where x̃ are the
 * predictors with mean 0 and standard deviation ½ (Gelman, Jakulin, Pittau and Su 2008). Without
 * trials each n_i is 1. The bundled data are the beetles of Bliss (1935).
 */
public final class LogisticRegression implements Model<LogisticRegression.Data> {
  /** The log odds at the mean of the predictors. */
  public static final Latent ALPHA = new Latent("alpha");

  /** The coefficients of the standardised predictors. */
  public static final Latent BETA = new Latent("beta");

  /** Successes. */
  public static final Observed Y = new Observed("y");

  /** The model; it has no settings. */
  public LogisticRegression() {}

  /**
   * Predictors and counts.
   *
   * @param predictors standardised, row by row
   * @param trials number of trials in each row
   * @param successes number of successes in each row
   */
  public record Data(Predictors predictors, double[] trials, double[] successes) {
    /** Checks that no row has more successes than trials. */
    public Data {
      for (int i = 0; i < successes.length; i++) {
        if (successes[i] > trials[i]) {
          throw new PplException(
              "Row "
                  + (i + 1)
                  + " has y = "
                  + successes[i]
                  + " successes in "
                  + trials[i]
                  + " trials. Likely fix: give 'trials', the number of trials in each row (1 each if left out).");
        }
      }
    }

    /** Bliss (1935), table 4: beetles killed by carbon disulphide after five hours. */
    public static Data bundled() {
      return of(StanData.resource(LogisticRegression.class, "logistic-regression.json"));
    }

    /** From N, K, x [N, K], y [N] and, if there, trials [N]. */
    public static Data of(StanData data) {
      int n = data.count("N");
      int k = data.count("K");
      double[] trials = new double[n];
      Arrays.fill(trials, 1);
      if (data.has("trials")) {
        trials = data.counts("trials", n);
      }
      Predictors x = Predictors.standardized(data.matrix("x", n, k), k, 0.5);
      return new Data(x, trials, data.counts("y", n));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.successes().length;
    Tensor alpha = ctx.sample(ALPHA, Normal.of(0, 2.5));
    Tensor beta = ctx.sample(BETA, Normal.of(0, 2.5).event(d.predictors().columns()));
    ctx.plate(
        Plate.of("row", n),
        () -> {
          Tensor logits = d.predictors().in(ctx).linear(beta).plus(alpha);
          Tensor trials = ctx.data(d.trials(), Shape.of(n));
          ctx.observe(Y, Binomial.logits(trials, logits), ctx.data(d.successes(), Shape.of(n)));
        });
  }
}
