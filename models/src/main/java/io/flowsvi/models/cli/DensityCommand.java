package io.flowsvi.models.cli;

import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.EpochReport;
import io.flowsvi.flows.density.MaximumLikelihood;
import io.flowsvi.flows.density.Rows;
import io.flowsvi.flows.family.NearestName;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.models.data.NumericCsv;
import io.flowsvi.models.data.Toys;
import io.flowsvi.models.report.DensityFiles;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fits a flow to rows of data, scores and samples. */
@Command(
    name = "density",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Fit a flow to the rows of a CSV file, or to a toy sample, by maximum likelihood.")
final class DensityCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description =
          "A CSV file of numbers, or moons, eight-gaussians, pinwheel, checkerboard, spirals, circles.")
  private String data;

  @Option(
      names = "--flow",
      defaultValue = "maf",
      description = "gaussian, maf, realnvp or spline (${DEFAULT-VALUE}).")
  private String flow;

  @Option(
      names = "--epochs",
      defaultValue = "50",
      description = "The most passes (${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--batch",
      defaultValue = "256",
      description = "Rows in a step (${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--rate",
      defaultValue = "0.002",
      description = "Learning rate (${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--rows",
      defaultValue = "5000",
      description = "Rows of a toy (${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The seed of all randomness (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--samples",
      defaultValue = "5000",
      description = "Samples to write (${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "A folder for samples.csv, summary.json, pictures.")
  private Path out;

  @Option(
      names = "--backend",
      defaultValue = "java",
      description = "java or torch (${DEFAULT-VALUE}).")
  private Backend backend;

  @Override
  public Integer call() {
    PriorFamily family = PriorFamilies.all().get(flow);
    if (family == null) {
      throw new PplException(NearestName.message("flow", flow, PriorFamilies.all().keySet()));
    }
    DensitySettings settings =
        DensitySettings.defaults().withEpochs(epochs).withBatchSize(batch).withLearningRate(rate);
    Optional<DensityFiles> files = Optional.ofNullable(out).map(DensityFiles::new);
    SessionSettings how = SessionSettings.of(seed).withBackend(backend);
    try (Session session = Session.open(how)) {
      NumericCsv table = table(session);
      ParamStore params = new ParamStore(session.seed().fold("params"));
      Flow density = family.build(table.names().size(), params.scope("density"));
      long start = System.nanoTime();
      DensityFit fit =
          MaximumLikelihood.fit(session, params, density, table.rows(), settings, this::epoch);
      double seconds = (System.nanoTime() - start) / 1e9;
      spec.commandLine()
          .getOut()
          .println(
              String.format(
                  Locale.ROOT,
                  "%s on %s (%d rows, %d columns): best epoch %d, validation %.4f nats a row, %.1f s",
                  flow,
                  data,
                  table.rows().count(),
                  table.names().size(),
                  fit.best().epoch() + 1,
                  fit.best().validation(),
                  seconds));
      files.ifPresent(
          f -> {
            double[] drawn = fit.sample(samples, session.seed().fold("samples"));
            f.write(fit, flow, table.names(), table.rows().values(), drawn, seconds);
            spec.commandLine().getOut().println("Written to " + out);
          });
    }
    return 0;
  }

  private NumericCsv table(Session session) {
    Toys.Toy toy = Toys.all().get(data);
    if (toy != null) {
      Rows drawn = Toys.rows(toy, rows, session.seed().fold("toy"));
      return new NumericCsv(List.of("x1", "x2"), drawn);
    }
    return NumericCsv.read(Path.of(data));
  }

  private void epoch(EpochReport report) {
    if ((report.epoch() + 1) % Math.max(1, epochs / 10) == 0 || report.epoch() == 0) {
      spec.commandLine()
          .getErr()
          .println(
              String.format(
                  Locale.ROOT,
                  "epoch %d: training %.4f, validation %.4f nats a row",
                  report.epoch() + 1,
                  report.training(),
                  report.validation()));
    }
  }
}
