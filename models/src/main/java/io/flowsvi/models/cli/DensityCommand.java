package io.flowsvi.models.cli;

import com.google.inject.Injector;
import io.flowsvi.flows.density.Bounds;
import io.flowsvi.flows.density.DensityCheckpoint;
import io.flowsvi.flows.density.DensityFit;
import io.flowsvi.flows.density.DensitySettings;
import io.flowsvi.flows.density.DensityTrainer;
import io.flowsvi.flows.density.SavedDensity;
import io.flowsvi.flows.family.NearestName;
import io.flowsvi.flows.family.PriorCatalog;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.optimize.Schedule;
import io.flowsvi.models.report.DensityFiles;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
        "Fit a flow to rows of numbers by maximum likelihood; score and sample it, save and load"
            + " it.")
final class DensityCommand implements Callable<Integer> {
  private static final int SHOWN = 5000;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DATA",
      description =
          "A CSV file of numbers or an idx file of images, gzipped or not, or moons,"
              + " eight-gaussians, pinwheel, checkerboard, spirals, circles, digits.")
  private String data;

  @Option(
      names = "--flow",
      defaultValue = "maf",
      description =
          "A density by name, such as gaussian, maf, realnvp, spline; on images also glow, glow-qr,"
              + " glow-emerging or glow-periodic (${DEFAULT-VALUE}).")
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
      description = "Learning rate (default: the flow's own, 0.002 for most, 0.02 for cnf).")
  private Double rate;

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
      names = "--schedule",
      defaultValue = "cosine",
      description = "The rate over the fit: cosine or constant (${DEFAULT-VALUE}).")
  private String schedule;

  @Option(
      names = "--decay",
      defaultValue = "1e-6",
      description = "Weight decay of AdamW (${DEFAULT-VALUE}).")
  private double decay;

  @Option(
      names = "--patience",
      defaultValue = "15",
      description = "Epochs without a better validation before the fit stops (${DEFAULT-VALUE}).")
  private int patience;

  @Option(
      names = "--bounds",
      arity = "2",
      paramLabel = "LOW HIGH",
      description = "All data lie between these numbers: fit their logits.")
  private double[] bounds;

  @Option(
      names = "--score",
      paramLabel = "FILE",
      description = "Rows to score: the mean log p; each in scores.csv with --out.")
  private String score;

  @Option(
      names = {"--sample", "--samples"},
      paramLabel = "N",
      defaultValue = "5000",
      description = "Samples to write with --out (${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Where the fitted density goes; FILE.checkpoint keeps the fit itself.")
  private Path save;

  @Option(
      names = "--load",
      paramLabel = "FILE",
      description = "A saved density to score and sample, instead of a fit.")
  private Path load;

  @Option(
      names = "--resume",
      description = "Go on with the interrupted fit of --save, to the same result.")
  private boolean resume;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "A folder for samples.csv, scores.csv, summary.json, pictures.")
  private Path out;

  @Option(
      names = "--backend",
      defaultValue = "java",
      description = "java or torch (${DEFAULT-VALUE}).")
  private Backend backend;

  private final Function<SessionSettings, Injector> wiring;

  DensityCommand(Function<SessionSettings, Injector> wiring) {
    this.wiring = wiring;
  }

  @Override
  public Integer call() {
    if (data == null && load == null) {
      throw new PplException("Give DATA to fit, or a saved density with --load FILE.");
    }
    if (resume && save == null) {
      throw new PplException(
          "--resume goes on with the fit that --save FILE has kept: give --save, too.");
    }
    if (samples < 1) {
      throw new PplException("--sample must be at least 1, got " + samples + ".");
    }
    if (out == null && spec.commandLine().getParseResult().hasMatchedOption("--sample")) {
      throw new PplException("--sample writes samples.csv into a folder: give --out DIR, too.");
    }
    Optional<DensityFiles> files = Optional.ofNullable(out).map(DensityFiles::new);
    Injector injector = wiring.apply(SessionSettings.of(seed).withBackend(backend));
    DensityFlows flows = new DensityFlows(injector.getInstance(PriorCatalog.class));
    try (Session session = injector.getInstance(Session.class)) {
      Optional<DensityData> given =
          Optional.ofNullable(data).map(d -> DensityData.named(d, rows, session.seed()));
      if (load == null) {
        fit(session, flows, given.orElseThrow(), files);
      } else {
        loaded(session, flows, given, files);
      }
    }
    return 0;
  }

  private void fit(
      Session session, DensityFlows flows, DensityData given, Optional<DensityFiles> files) {
    ParamStore params = new ParamStore(session.seed().fold("params"));
    EstimatedFlow density = flows.trained(flow, data, given, params.scope("density"));
    DensityTrainer trainer =
        new DensityTrainer(session, params, density, given.rows(), settings(flows, given));
    long start = System.nanoTime();
    if (resume) {
      trainer.resume(DensityCheckpoint.read(checkpoint()));
    }
    try (DensityProgress progress = new DensityProgress(spec.commandLine().getErr(), epochs)) {
      while (!trainer.finished()) {
        progress.epoch(trainer.epoch(), density.effort());
        if (save != null) {
          trainer.checkpoint().write(checkpoint());
        }
      }
    }
    DensityFit fit = trainer.fit();
    double seconds = (System.nanoTime() - start) / 1e9;
    say(
        String.format(
            Locale.ROOT,
            "%s on %s (%d rows, %d columns): best epoch %d, validation %.4f nats a row%s, %.1f s",
            flow,
            data,
            given.rows().count(),
            given.names().size(),
            fit.best().epoch() + 1,
            fit.best().validation(),
            bits(given, fit.best().validation()),
            seconds));
    if (save != null) {
      SavedDensity.of(flow, given.names(), fit, params).write(save);
      say("Saved to " + save);
    }
    scored(session, fit, files);
    files.ifPresent(
        f -> {
          double[] drawn = fit.sample(samples, session.seed().fold("samples"));
          double[] shown = given.first(SHOWN);
          f.write(
              new DensityFiles.Fitted(fit, flow, given.names(), given.rows().count(), seconds),
              shown,
              drawn);
          given.image().ifPresent(i -> f.writeImages(i, given.white(), shown, drawn));
          say("Written to " + out);
        });
  }

  private void loaded(
      Session session,
      DensityFlows flows,
      Optional<DensityData> given,
      Optional<DensityFiles> files) {
    SavedDensity saved = SavedDensity.read(load);
    DensityFit fit = saved.open(session, flows.recipe(saved.family(), given));
    say(
        String.format(
            Locale.ROOT,
            "%s of %d columns from %s: validation was %.4f nats a row",
            saved.family(),
            saved.columns().size(),
            load,
            fit.best().validation()));
    given.ifPresent(d -> report(data, d, fit, session, Optional.empty()));
    scored(session, fit, files);
    files.ifPresent(
        f -> {
          f.writeSamples(saved.columns(), fit.sample(samples, session.seed().fold("samples")));
          say("Written to " + out);
        });
  }

  private void scored(Session session, DensityFit fit, Optional<DensityFiles> files) {
    if (score != null) {
      report(score, DensityData.named(score, rows, session.seed()), fit, session, files);
    }
  }

  private void report(
      String name,
      DensityData rows,
      DensityFit fit,
      Session session,
      Optional<DensityFiles> files) {
    double[] scores = fit.logProb(rows.rows(), rows.cell(), session.seed().fold("scored"));
    double mean = Arrays.stream(scores).average().orElse(Double.NaN);
    double square = Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).sum();
    double error = Math.sqrt(square / Math.max(1, scores.length - 1) / scores.length);
    say(
        String.format(
            Locale.ROOT,
            "%s: log p %.4f +/- %.4f nats a row over %d rows%s",
            name,
            mean,
            error,
            scores.length,
            bits(rows, -mean)));
    files.ifPresent(f -> f.writeScores(scores));
  }

  private DensitySettings settings(DensityFlows flows, DensityData given) {
    Schedule falls =
        switch (schedule) {
          case "cosine" -> Schedule.cosine(0.01);
          case "constant" -> Schedule.constant();
          default ->
              throw new PplException(
                  NearestName.message("schedule", schedule, List.of("cosine", "constant")));
        };
    DensitySettings settings =
        bounds == null
            ? DensitySettings.defaults()
            : DensitySettings.defaults().withBounds(Bounds.of(bounds[0], bounds[1]));
    return settings
        .withEpochs(epochs)
        .withBatchSize(batch)
        .withLearningRate(
            rate == null ? flows.recipe(flow, Optional.of(given)).learningRate() : rate)
        .withSchedule(falls)
        .withWeightDecay(decay)
        .withPatience(patience)
        .withCell(given.cell());
  }

  private Path checkpoint() {
    return save.resolveSibling(save.getFileName() + ".checkpoint");
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
  }

  /** Nats a row of counted data in bits of one column, as the literature on images has it. */
  private static String bits(DensityData given, double nats) {
    if (given.cell() == 0) {
      return "";
    }
    double bits = nats / Math.log(2) / given.names().size() - Math.log(given.cell()) / Math.log(2);
    return String.format(Locale.ROOT, " = %.4f bits a dimension", bits);
  }
}
