package io.flowsvi.integration;

import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.MaximumLikelihood;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.family.ContinuousFamily;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.ode.FixedSteps;
import io.flowsvi.models.data.ToyDensity;
import io.flowsvi.models.data.Toys;
import io.flowsvi.models.report.DensityFiles;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How near continuous, spline and affine autoregressive flows come to the two-dimensional toys: the
 * score of 5,000 new rows, and the gap to the true density on the same rows, an estimate of
 * KL(truth, fit).
 *
 * <p>{@code -Depochs} (60), {@code -Dbatch} (250), {@code -Drate} (0.005), {@code -Drows} (20000)
 * and {@code -Dtoys}, {@code -Dflows} (names by commas) cut it short; {@code -Dsolver} is how many
 * RK4 steps continuous flows take in training, if not as many as the family's own. The table and
 * pictures go to {@code target/toys}; tables of runs are kept in {@code results/toys.md}.
 */
@Tag("benchmark")
class ToyFitsBenchmark {
  private static final int EPOCHS = Integer.getInteger("epochs", 60);
  private static final int BATCH = Integer.getInteger("batch", 250);
  private static final double RATE = Double.parseDouble(System.getProperty("rate", "5e-3"));
  private static final int ROWS = Integer.getInteger("rows", 20_000);
  private static final int SOLVER = Integer.getInteger("solver", 0);
  private static final int TEST = 5_000;
  private static final List<String> FLOWS =
      List.of(System.getProperty("flows", "cnf,spline,maf").split(","));
  private static final List<String> TOYS =
      List.of(System.getProperty("toys", String.join(",", Toys.all().keySet())).split(","));

  @Test
  void table() throws IOException {
    ResultTable table =
        new ResultTable(
            Path.of("target", "toys", "toys.md"),
            "Toys",
            List.of(
                ROWS
                    + " rows (seed 1), a tenth for validation; gap in nats, of "
                    + TEST
                    + " new ones",
                EPOCHS
                    + " epochs of batches of "
                    + BATCH
                    + ", rate "
                    + RATE
                    + (SOLVER > 0 ? ", " + SOLVER + " RK4 steps in training" : ""),
                "libtorch, float32, seeds 1 and 3"),
            "toy",
            "flow",
            "nll",
            "gap",
            "best epoch",
            "s",
            "effort");
    for (String toy : TOYS) {
      for (String flow : FLOWS) {
        table.row(row(toy, flow));
      }
    }
  }

  private static String[] row(String toy, String flow) throws IOException {
    Rows training = Toys.rows(Toys.all().get(toy), ROWS, Seed.of(1));
    double[] test = Toys.rows(Toys.all().get(toy), TEST, Seed.of(2)).values();
    SessionSettings settings =
        SessionSettings.of(1).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32);
    try (Session session = Session.open(settings)) {
      ParamStore params = new ParamStore(Seed.of(3));
      EstimatedFlow density = family(flow).trained(2, params.scope("density"));
      long start = System.nanoTime();
      DensityFit fit =
          MaximumLikelihood.fit(
              session,
              params,
              density,
              training,
              DensitySettings.defaults()
                  .withEpochs(EPOCHS)
                  // Symmetric targets have plateaus, on which patience would end a fit.
                  .withPatience(EPOCHS)
                  .withBatchSize(BATCH)
                  .withLearningRate(RATE),
              epoch -> {});
      double seconds = (System.nanoTime() - start) / 1e9;
      String effort = density.effort();
      double nll = -fit.meanLogProb(test);
      double gap = nll - entropy(ToyDensity.all().get(toy), test);
      Path folder = Path.of("target", "toys", toy + "-" + flow);
      Files.createDirectories(folder);
      double[] drawn = fit.sample(4_000, Seed.of(4));
      new DensityFiles(folder)
          .write(
              new DensityFiles.Fitted(fit, flow, List.of("x1", "x2"), ROWS, seconds),
              training.values(),
              drawn);
      return new String[] {
        toy,
        flow,
        ResultTable.text(nll),
        ResultTable.text(gap),
        String.valueOf(fit.best().epoch()),
        String.format(Locale.ROOT, "%.0f", seconds),
        effort
      };
    }
  }

  private static PriorFamily family(String flow) {
    PriorFamily family = PriorFamilies.all().get(flow);
    return SOLVER > 0 && family instanceof ContinuousFamily continuous
        ? continuous.withTraining(FixedSteps.of(ButcherTableau.RK4, SOLVER))
        : family;
  }

  /** The mean of −log p of the truth on the same rows, so that their chance cancels in the gap. */
  private static double entropy(ToyDensity truth, double[] rows) {
    double sum = 0;
    for (int i = 0; i < rows.length; i += 2) {
      sum -= truth.logProb(rows[i], rows[i + 1]);
    }
    return sum / (rows.length / 2.0);
  }
}
