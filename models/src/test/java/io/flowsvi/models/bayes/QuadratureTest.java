package io.flowsvi.models.bayes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.flows.Vi;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.Posterior;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.tensor.Session;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Fitted regressions against their posteriors by quadrature of the hand-written densities. */
class QuadratureTest {
  private static final int DRAWS = 20_000;

  /** Mean and sd of both coefficients and the log evidence, on a grid. */
  private record Exact(double[] mean, double[] sd, double logEvidence) {
    static Exact of(ToDoubleFunction<double[]> logDensity, double[] low, double[] high) {
      int cells = 600;
      double[] sums = new double[4];
      double total = 0;
      double top =
          logDensity.applyAsDouble(new double[] {(low[0] + high[0]) / 2, (low[1] + high[1]) / 2});
      double area = (high[0] - low[0]) * (high[1] - low[1]) / cells / cells;
      for (int i = 0; i < cells; i++) {
        for (int j = 0; j < cells; j++) {
          double a = low[0] + (i + 0.5) * (high[0] - low[0]) / cells;
          double b = low[1] + (j + 0.5) * (high[1] - low[1]) / cells;
          double w = Math.exp(logDensity.applyAsDouble(new double[] {a, b}) - top);
          total += w;
          sums[0] += w * a;
          sums[1] += w * b;
          sums[2] += w * a * a;
          sums[3] += w * b * b;
        }
      }
      double[] mean = {sums[0] / total, sums[1] / total};
      double[] sd = {
        Math.sqrt(sums[2] / total - mean[0] * mean[0]),
        Math.sqrt(sums[3] / total - mean[1] * mean[1])
      };
      return new Exact(mean, sd, top + Math.log(total * area));
    }
  }

  private static <D> void matches(
      Model<D> model, D data, Exact exact, Latent first, Latent second) {
    try (Session session = Session.open(2)) {
      SviSettings settings = SviSettings.defaults().withSteps(3_000);
      Posterior<D> posterior =
          Vi.fit(session, model, data, FlowCatalog.library().guide("full-rank"), settings)
              .posterior();
      near(posterior.draws(first, DRAWS), exact, 0);
      near(posterior.draws(second, DRAWS).at(0), exact, 1);
      // A normal guide is nearly exact here: the bound is close below, importance weights on it.
      assertThat(posterior.elbo(DRAWS).value())
          .isBetween(exact.logEvidence() - 0.05, exact.logEvidence() + 0.005);
      assertThat(posterior.psis(DRAWS).logEvidence()).isCloseTo(exact.logEvidence(), within(0.01));
    }
  }

  private static void near(Draws draws, Exact exact, int k) {
    double sd = exact.sd()[k];
    assertThat(draws.mean()).isCloseTo(exact.mean()[k], within(0.05 * sd));
    assertThat(draws.sd()).isCloseTo(sd, within(0.05 * sd));
  }

  @Test
  void beetlesArePlacedRight() {
    Exact exact = Exact.of(DensityTest::beetles, new double[] {-1, 1.5}, new double[] {2.5, 8});
    matches(
        new LogisticRegression(),
        LogisticRegression.Data.bundled(),
        exact,
        LogisticRegression.ALPHA,
        LogisticRegression.BETA);
  }

  @Test
  void deathsArePlacedRight() {
    Exact exact = Exact.of(DensityTest::deaths, new double[] {0, 0}, new double[] {4, 4});
    matches(
        new PoissonRegression(),
        PoissonRegression.Data.bundled(),
        exact,
        PoissonRegression.ALPHA,
        PoissonRegression.BETA);
  }
}
