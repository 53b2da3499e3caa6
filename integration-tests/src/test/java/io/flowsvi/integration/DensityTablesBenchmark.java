package io.flowsvi.integration;

import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.MaximumLikelihood;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.family.PriorCatalog;
import io.flowsvi.models.data.Digits;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How near densities come to what they were fitted to: tables of known entropy in the widths of
 * POWER, GAS, HEPMASS, MINIBOONE and BSDS300, and the digits. The toys: {@link ToyFitsBenchmark}.
 *
 * <p>Each row has the negative log likelihood of fresh rows, and its gap to that of the true
 * density on the same rows, in nats. {@code -Dflowsvi.density.flows}, {@code .epochs}, {@code
 * .batch}, {@code .rate}, {@code .rows}, {@code .dims} choose; tables go to {@code target/density},
 * a run's are kept in {@code results/density-tables.md}. Digits, 25 epochs, bits per dimension of
 * held-out ones: gaussian 3.12, maf 2.70, spline 2.16.
 */
@Tag("benchmark")
class DensityTablesBenchmark {
  private static final Path FOLDER = Path.of("target", "density");
  private static final int TEST_ROWS = 10_000;

  private static String[] words(String name, String standard) {
    return System.getProperty("flowsvi.density." + name, standard).split(",");
  }

  private static int number(String name, int standard) {
    return Integer.getInteger("flowsvi.density." + name, standard);
  }

  private static DensitySettings settings() {
    return DensitySettings.defaults()
        .withEpochs(number("epochs", 60))
        .withBatchSize(number("batch", 256))
        .withLearningRate(Double.parseDouble(words("rate", "2e-3")[0]));
  }

  private record Result(DensityFit fit, double nll, double seconds) {}

  private static Result fit(
      Session session, String flow, Rows training, double[] test, double cell) {
    ParamStore params = new ParamStore(session.seed().fold(flow));
    long start = System.nanoTime();
    DensityFit fit =
        MaximumLikelihood.fit(
            session,
            params,
            PriorCatalog.library().prior(flow).trained(training.columns(), params.scope("density")),
            training,
            settings().withCell(cell),
            report -> {});
    double seconds = (System.nanoTime() - start) / 1e9;
    Rows fresh = new Rows(test, training.columns());
    double nll = -Arrays.stream(fit.logProb(fresh, cell, Seed.of(2))).average().orElse(Double.NaN);
    return new Result(fit, nll, seconds);
  }

  private static Session session() {
    return Session.open(
        SessionSettings.of(1).withBackend(Backend.TORCH).withPrecision(Precision.FLOAT32));
  }

  @Test
  void tables() {
    int count = number("rows", 20_000);
    ResultTable table =
        new ResultTable(
            FOLDER.resolve("tables.md"),
            "Tables of known entropy",
            List.of(
                count + " rows of `KnownDensities.table` (seed 1), a tenth for validation",
                "libtorch, float32, seed 1; at most "
                    + settings().epochs()
                    + " epochs of batches"
                    + " of "
                    + settings().batchSize()
                    + ", rate "
                    + settings().learningRate(),
                "nll and gap in nats, of " + TEST_ROWS + " fresh rows (seed 9)"),
            "columns",
            "flow",
            "nll",
            "entropy",
            "gap",
            "gap a column",
            "best epoch",
            "s");
    for (String flow : words("flows", "gaussian,maf,spline,cnf")) {
      for (String word : words("dims", "6,8,21,43,63")) {
        int dim = Integer.parseInt(word);
        double[] rows = KnownDensities.table(dim, count, Seed.of(1)).rows();
        KnownDensities.Table fresh = KnownDensities.table(dim, TEST_ROWS, Seed.of(9));
        try (Session session = session()) {
          Result result = fit(session, flow, new Rows(rows, dim), fresh.rows(), 0);
          double gap = result.nll() - fresh.entropy();
          table.row(
              word,
              flow,
              ResultTable.text(result.nll()),
              ResultTable.text(fresh.entropy()),
              ResultTable.text(gap),
              ResultTable.text(gap / dim),
              String.valueOf(result.fit().best().epoch()),
              String.format(Locale.ROOT, "%.0f", result.seconds()));
        }
      }
    }
  }

  @Test
  void digits() {
    double[] pixels = Digits.bundled().pixels();
    int held = pixels.length / Digits.PIXELS / 6 * Digits.PIXELS;
    double[] test = Arrays.copyOf(pixels, held);
    Rows training = new Rows(Arrays.copyOfRange(pixels, held, pixels.length), Digits.PIXELS);
    ResultTable table =
        new ResultTable(
            FOLDER.resolve("digits.md"),
            "Digits",
            List.of(
                training.count() + " digits, " + held / Digits.PIXELS + " held out, cells of 1",
                "libtorch, float32, seed 1; at most " + settings().epochs() + " epochs"),
            "flow",
            "nll",
            "bits/dim",
            "s");
    for (String flow : words("flows", "gaussian,maf,spline")) {
      try (Session session = session()) {
        Result result = fit(session, flow, training, test, 1);
        double bits = result.nll() / Math.log(2) / Digits.PIXELS;
        table.row(
            flow,
            ResultTable.text(result.nll()),
            ResultTable.text(bits),
            String.format(Locale.ROOT, "%.0f", result.seconds()));
      }
    }
  }
}
