package io.flowsvi.models.cli;

import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.EpochReport;
import io.flowsvi.flows.density.MaximumLikelihood;
import io.flowsvi.flows.family.ImageFamilies;
import io.flowsvi.flows.family.ImageFamily;
import io.flowsvi.flows.family.NearestName;
import io.flowsvi.flows.family.PriorFamilies;
import io.flowsvi.flows.family.PriorFamily;
import io.flowsvi.flows.image.ImageShape;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.models.data.Digits;
import io.flowsvi.models.data.NumericCsv;
import io.flowsvi.models.report.DensityFiles;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.nio.file.Path;
import java.util.ArrayList;
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
        "Fit a flow to the rows of a CSV file, a toy sample or the digits, by maximum likelihood.")
final class DensityCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description =
          "A CSV file of numbers, or moons, eight-gaussians, pinwheel, checkerboard, spirals,"
              + " circles, digits.")
  private String data;

  @Option(
      names = "--flow",
      defaultValue = "maf",
      description =
          "gaussian, maf, realnvp, spline or cnf; on digits also glow, glow-qr, glow-emerging or"
              + " glow-periodic (${DEFAULT-VALUE}).")
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
    Optional<DensityFiles> files = Optional.ofNullable(out).map(DensityFiles::new);
    SessionSettings how = SessionSettings.of(seed).withBackend(backend);
    try (Session session = Session.open(how)) {
      DensityData given = DensityData.named(data, rows, session.seed());
      NumericCsv table = given.table();
      DensitySettings settings =
          DensitySettings.defaults()
              .withEpochs(epochs)
              .withBatchSize(batch)
              .withLearningRate(rate)
              .withCell(given.cell());
      ParamStore params = new ParamStore(session.seed().fold("params"));
      EstimatedFlow density = density(given, params.scope("density"));
      long start = System.nanoTime();
      DensityFit fit =
          MaximumLikelihood.fit(
              session, params, density, table.rows(), settings, e -> epoch(e, density.effort()));
      double seconds = (System.nanoTime() - start) / 1e9;
      spec.commandLine()
          .getOut()
          .println(
              String.format(
                  Locale.ROOT,
                  "%s on %s (%d rows, %d columns): best epoch %d, validation %.4f nats a row%s,"
                      + " %.1f s",
                  flow,
                  data,
                  table.rows().count(),
                  table.names().size(),
                  fit.best().epoch() + 1,
                  fit.best().validation(),
                  bits(given, fit.best().validation()),
                  seconds));
      files.ifPresent(
          f -> {
            double[] drawn = fit.sample(samples, session.seed().fold("samples"));
            f.write(fit, flow, table.names(), table.rows().values(), drawn, seconds);
            given
                .image()
                .ifPresent(i -> f.writeImages(i, Digits.MOST, table.rows().values(), drawn));
            spec.commandLine().getOut().println("Written to " + out);
          });
    }
    return 0;
  }

  private EstimatedFlow density(DensityData given, ParamScope scope) {
    PriorFamily family = PriorFamilies.all().get(flow);
    if (family != null) {
      return family.trained(given.table().names().size(), scope);
    }
    ImageFamily ofImages = ImageFamilies.all().get(flow);
    if (ofImages == null) {
      List<String> known = new ArrayList<>(PriorFamilies.all().keySet());
      known.addAll(ImageFamilies.all().keySet());
      throw new PplException(NearestName.message("flow", flow, known));
    }
    ImageShape image =
        given
            .image()
            .orElseThrow(
                () ->
                    new PplException(
                        "Flow '"
                            + flow
                            + "' works on images, and '"
                            + data
                            + "' has none. Likely fix: DATA digits, or a flow among "
                            + String.join(", ", PriorFamilies.all().keySet())
                            + "."));
    return EstimatedFlow.of(ofImages.build(image, scope));
  }

  /** Nats a row of counted data in bits of one column, as the literature on images has it. */
  private static String bits(DensityData given, double nats) {
    if (given.cell() == 0) {
      return "";
    }
    double bits = nats / Math.log(2) / given.table().names().size() - log2(given.cell());
    return String.format(Locale.ROOT, " = %.4f bits a dimension", bits);
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  private void epoch(EpochReport report, String effort) {
    if ((report.epoch() + 1) % Math.max(1, epochs / 10) == 0 || report.epoch() == 0) {
      spec.commandLine()
          .getErr()
          .println(
              String.format(
                  Locale.ROOT,
                  "epoch %d: training %.4f, validation %.4f nats a row%s",
                  report.epoch() + 1,
                  report.training(),
                  report.validation(),
                  effort.isEmpty() ? "" : "; " + effort));
    }
  }
}
