package io.flowsvi.models.cli;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.objective.Elbo;
import io.flowsvi.flows.objective.Objective;
import io.flowsvi.flows.objective.PathGradientElbo;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.Posterior;
import io.flowsvi.flows.train.Svi;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.bayes.ModelCatalog;
import io.flowsvi.models.bayes.ModelEntry;
import io.flowsvi.models.data.StanData;
import io.flowsvi.models.report.FitReport;
import io.flowsvi.models.report.ReportFiles;
import io.flowsvi.ppl.model.ModelStructure;
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

/** Fits a model and reports its posterior. */
@Command(
    name = "fit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Fit a model's posterior with a flow; print it and say whether to trust it.")
final class FitCommand implements Callable<Integer> {
  private static final int ELBO_DRAWS = 20_000;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A name from the list of 'models'.")
  private String model;

  @Option(
      names = "--family",
      defaultValue = "iaf",
      description = "A name from the list of 'families' (${DEFAULT-VALUE}).")
  private String family;

  @Option(
      names = "--data",
      paramLabel = "FILE.json",
      description = "Stan-style JSON; the bundled data if left out.")
  private Path data;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The seed of all randomness (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--steps", description = "The most steps to make.")
  private Long steps;

  @Option(
      names = "--particles",
      defaultValue = "32",
      description = "Draws in each step (${DEFAULT-VALUE}).")
  private int particles;

  @Option(
      names = "--draws",
      defaultValue = "10000",
      description = "Posterior draws to report (${DEFAULT-VALUE}).")
  private int draws;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "A folder for draws.csv, summary.json, summary.txt, pictures.")
  private Path out;

  @Option(
      names = "--backend",
      defaultValue = "java",
      description = "java or torch (${DEFAULT-VALUE}).")
  private String backend;

  private final ModelCatalog models;
  private final FlowCatalog families;

  FitCommand(ModelCatalog models, FlowCatalog families) {
    this.models = models;
    this.families = families;
  }

  @Override
  public Integer call() {
    ModelEntry<?> entry = models.find(model);
    GuideFamily guides = families.guide(family);
    atLeast("--particles", particles, 1);
    // Importance weights of fewer draws say nothing about their tail.
    atLeast("--draws", draws, 100);
    Optional<ReportFiles> files = Optional.ofNullable(out).map(ReportFiles::in);
    fit(entry, guides, files);
    return 0;
  }

  private static void atLeast(String option, long value, long least) {
    if (value < least) {
      throw new PplException(option + " must be at least " + least + ", got " + value + ".");
    }
  }

  private Backend backend() {
    return switch (backend.toLowerCase(Locale.ROOT)) {
      case "java" -> Backend.JAVA;
      case "torch" -> Backend.TORCH;
      default -> throw new PplException("Unknown backend '" + backend + "'. Known: java, torch.");
    };
  }

  private <D> void fit(ModelEntry<D> entry, GuideFamily guides, Optional<ReportFiles> files) {
    D values = data == null ? entry.bundled().get() : entry.reader().apply(StanData.read(data));
    try (Session session = Session.open(SessionSettings.of(seed).withBackend(backend()))) {
      ModelStructure structure = ModelStructure.of(session, entry.model(), values);
      ParamStore params = new ParamStore(session.seed().fold("params"));
      Guide<Object> guide = guides.build(structure, params.scope("guide"));
      Svi<D> svi =
          new Svi<>(session, params, structure, entry.model(), guide, objective(guide), settings());
      long start = System.nanoTime();
      Fit<D> fit = svi.run(values, FitProgress.to(spec.commandLine().getErr()));
      double seconds = (System.nanoTime() - start) / 1e9;
      report(fit, seconds, files);
    }
  }

  /** Sticking the landing where the guide can score its draws, the plain ELBO elsewhere. */
  private Objective objective(Guide<Object> guide) {
    return guide instanceof ScorableGuide<Object> scorable
        ? new PathGradientElbo(scorable, particles)
        : new Elbo(particles);
  }

  private SviSettings settings() {
    SviSettings settings = SviSettings.defaults();
    if (steps != null) {
      atLeast("--steps", steps, 1);
      settings = settings.withSteps(steps);
    }
    return settings;
  }

  private <D> void report(Fit<D> fit, double seconds, Optional<ReportFiles> files) {
    Posterior<D> posterior = fit.posterior();
    FitReport report =
        new FitReport(
            model,
            family,
            seed,
            fit.status(),
            seconds,
            fit.steps(),
            posterior.elbo(ELBO_DRAWS),
            posterior.psis(draws),
            posterior.summary(draws),
            fit.evaluations());
    spec.commandLine().getOut().println(report.text());
    files.ifPresent(
        f -> {
          List<Draws> all = posterior.draws(posterior.sites(), draws);
          f.write(report, all);
          spec.commandLine().getOut().println("Written to " + out);
        });
  }
}
