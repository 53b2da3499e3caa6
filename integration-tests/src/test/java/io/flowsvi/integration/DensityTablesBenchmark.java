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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How near densities come to what they were fitted to: tables of known entropy in the widths of
 * POWER, GAS, HEPMASS, MINIBOONE and BSDS300, and the digits. The toys: {@link ToyFitsBenchmark}.
 *
 * <p>Each line has the negative log likelihood of fresh rows, and its gap to that of the true
 * density on the same rows, in nats. {@code -Dflowsvi.density.flows}, {@code .epochs}, {@code
 * .rows}, {@code .dims} choose; tables go to {@code target/density}. Digits, 25 epochs, bits per
 * dimension of held-out ones: gaussian 3.12, maf 2.70, spline 2.16.
 */
@Tag("benchmark")
class DensityTablesBenchmark {
  private static final Path FOLDER = Path.of("target", "density");
  private static final int TEST_ROWS = 10_000;

  private static String[] words(String name, String standard) {
    String given = System.getProperty("flowsvi.density." + name, standard);
    return given.isEmpty() ? new String[0] : given.split(",");
  }

  private static int number(String name, int standard) {
    return Integer.getInteger("flowsvi.density." + name, standard);
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
            DensitySettings.defaults().withEpochs(number("epochs", 60)).withCell(cell),
            report -> {});
    double seconds = (System.nanoTime() - start) / 1e9;
    Rows fresh = new Rows(test, training.columns());
    double nll = -Arrays.stream(fit.logProb(fresh, cell, Seed.of(2))).average().orElse(Double.NaN);
    return new Result(fit, nll, seconds);
  }

  private static Session session(Backend backend) {
    SessionSettings settings = SessionSettings.of(1).withBackend(backend);
    return Session.open(
        backend == Backend.TORCH ? settings.withPrecision(Precision.FLOAT32) : settings);
  }

  @Test
  void tables() throws IOException {
    StringBuilder table = new StringBuilder(line("columns", "flow", "nll", "gap", "s"));
    for (String word : words("dims", "6,8,21,43,63")) {
      int dim = Integer.parseInt(word);
      double[] rows = KnownDensities.table(dim, number("rows", 20_000), Seed.of(1)).rows();
      KnownDensities.Table fresh = KnownDensities.table(dim, TEST_ROWS, Seed.of(9));
      for (String flow : words("flows", "gaussian,maf,spline")) {
        try (Session session = session(Backend.TORCH)) {
          Result result = fit(session, flow, new Rows(rows, dim), fresh.rows(), 0);
          table.append(row(word, flow, result, fresh.entropy()));
        }
      }
    }
    publish("tables.txt", table);
  }

  @Test
  void digits() throws IOException {
    StringBuilder table = new StringBuilder(line("data", "flow", "nll", "bits/dim", "s"));
    double[] pixels = Digits.bundled().pixels();
    int held = pixels.length / Digits.PIXELS / 6 * Digits.PIXELS;
    double[] test = Arrays.copyOf(pixels, held);
    Rows training = new Rows(Arrays.copyOfRange(pixels, held, pixels.length), Digits.PIXELS);
    for (String flow : words("flows", "gaussian,maf,spline")) {
      try (Session session = session(Backend.TORCH)) {
        Result result = fit(session, flow, training, test, 1);
        double bits = result.nll() / Math.log(2) / Digits.PIXELS;
        table.append(line("digits", flow, text(result.nll()), text(bits), text(result.seconds())));
      }
    }
    publish("digits.txt", table);
  }

  private static String row(String data, String flow, Result result, double truth) {
    return line(
        data,
        flow,
        text(result.nll()),
        Double.isNaN(truth) ? "-" : text(result.nll() - truth),
        text(result.seconds()));
  }

  private static String text(double x) {
    return String.format(Locale.ROOT, "%.3f", x);
  }

  private static String line(String... cells) {
    return String.format("%-16s %-10s %10s %10s %8s%n", (Object[]) cells);
  }

  private static void publish(String name, StringBuilder table) throws IOException {
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve(name), table);
    System.out.print(table);
  }
}
