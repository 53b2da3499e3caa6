package io.flowsvi.models.cli;

import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.flowsvi.flows.Vi;
import io.flowsvi.flows.calibrate.Calibration;
import io.flowsvi.flows.calibrate.Refit;
import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.family.NearestName;
import io.flowsvi.flows.judge.AutoFit;
import io.flowsvi.flows.judge.AutoSettings;
import io.flowsvi.flows.judge.Ladder;
import io.flowsvi.flows.objective.ObjectiveFamily;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.flows.train.Fit;
import io.flowsvi.flows.train.NonFiniteException;
import io.flowsvi.flows.train.PriorDraws;
import io.flowsvi.flows.train.SviListener;
import io.flowsvi.flows.train.SviSettings;
import io.flowsvi.models.bayes.ModelCatalog;
import io.flowsvi.models.bayes.ModelEntry;
import io.flowsvi.models.data.StanData;
import io.flowsvi.models.report.AutoReport;
import io.flowsvi.models.report.CalibrationReport;
import io.flowsvi.models.report.FitReport;
import io.flowsvi.models.report.ReportFiles;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.SessionSettings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
  private static final String TRAINED = "iaf";
  private static final int PRIOR_DRAWS = 4000;
  private static final int LEAST_CALIBRATED = 20;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A name from the list of 'models'.")
  private String model;

  @Option(
      names = "--family",
      description =
          "One family from the list of 'families', trained with the settings below (iaf if one of"
              + " those is given); without any of them a ladder of guides is climbed until one"
              + " passes.")
  private String family;

  @Option(
      names = "--rungs",
      split = ",",
      paramLabel = "RUNG",
      description =
          "The ladder's rungs instead of the measured ones: laplace, student-t, mixture, scaled, or"
              + " families (laplace,mean-field,full-rank,sylvester,iaf). Each starts where the one"
              + " below ended.")
  private List<String> rungs;

  @Option(
      names = "--seconds",
      description = "The time the ladder may take in all, in seconds (120).")
  private Double seconds;

  @Option(
      names = "--gradients",
      description = "The most gradient evaluations of the ladder (20,000,000).")
  private Long gradients;

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

  @Option(
      names = "--steps",
      description = "The most steps to make; fewer if the fit converges before.")
  private Long steps;

  @Option(names = "--rate", description = "The learning rate of Adam.")
  private Double rate;

  @Option(
      names = "--particles",
      defaultValue = "" + ObjectiveFamily.DEFAULT_PARTICLES,
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
      description =
          "A folder for draws.csv, summary.json, posterior.json (ArviZ), loo.json, pictures.")
  private Path out;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "A file to keep the posterior in: draws from it need no model and no data.")
  private Path save;

  @Option(
      names = "--calibrate",
      paramLabel = "N",
      description =
          "Simulate N data sets from the prior, fit each in the same way, and say whether what they"
              + " were simulated from is found again.")
  private Integer calibrate;

  @Option(
      names = "--objective",
      defaultValue = "standard",
      description =
          "standard, elbo, entropy, path-gradient, iwae, dreg, renyi or annealed"
              + " (${DEFAULT-VALUE}).")
  private String objective;

  @Option(
      names = "--backend",
      defaultValue = "java",
      description = "java or torch (${DEFAULT-VALUE}).")
  private String backend;

  @Option(
      names = "--precision",
      defaultValue = "float64",
      description = "float64 or float32, in which steps compute (${DEFAULT-VALUE}).")
  private String precision;

  private final Function<SessionSettings, Injector> wiring;

  FitCommand(Function<SessionSettings, Injector> wiring) {
    this.wiring = wiring;
  }

  @Override
  public Integer call() {
    Injector injector =
        wiring.apply(
            SessionSettings.of(seed)
                .withBackend(named("backend", backend, Backend.class))
                .withPrecision(named("precision", precision, Precision.class)));
    try (Session session = injector.getInstance(Session.class)) {
      return fit(injector, session, injector.getInstance(ModelCatalog.class).find(model));
    }
  }

  /** The value that an option names. */
  private static <E extends Enum<E>> E named(String option, String given, Class<E> values) {
    List<String> names = new ArrayList<>();
    for (E value : values.getEnumConstants()) {
      if (value.name().equalsIgnoreCase(given)) {
        return value;
      }
      names.add(value.name().toLowerCase(Locale.ROOT));
    }
    throw new PplException(NearestName.message(option, given, names));
  }

  /** Everything that can be wrong with the command line is looked at before the first step. */
  private <D> int fit(Injector injector, Session session, ModelEntry<D> entry) {
    // Importance weights of fewer draws say nothing about their tail.
    atLeast("--draws", draws, 100);
    atLeast("--calibrate", calibrate == null ? LEAST_CALIBRATED : calibrate, LEAST_CALIBRATED);
    if (save != null && !Files.isDirectory(save.toAbsolutePath().getParent())) {
      throw new PplException(
          "--save " + save + ": there is no such folder. Likely fix: make it, or choose another.");
    }
    if (ladder()) {
      return climb(injector, session, entry);
    }
    refuseRungs();
    family = family == null ? TRAINED : family;
    GuideFamily guides = injector.getInstance(FlowCatalog.class).guide(family);
    ObjectiveFamily objectives = objectives(injector);
    SviSettings settings = settings(injector.getInstance(SviSettings.class));
    atLeast("--particles", particles, 1);
    Optional<ReportFiles> files = Optional.ofNullable(out).map(ReportFiles::in);
    D values = data == null ? entry.bundled().get() : read(entry);
    long start = System.nanoTime();
    try {
      Fit<D> fit =
          Vi.fit(
              session,
              entry.model(),
              values,
              guides,
              objectives,
              particles,
              settings,
              listeners(injector));
      FitReport report = report(fit, entry, (System.nanoTime() - start) / 1e9, files);
      FlowCatalog catalog = injector.getInstance(FlowCatalog.class);
      files.ifPresent(f -> f.export(fit, report, catalog));
      if (save != null) {
        fit.posterior().save(save, catalog, family);
      }
      calibrate(
          session,
          entry,
          values,
          files,
          (s, m, d) -> Vi.fit(s, m, d, guides, objectives, particles, settings).posterior());
      return 0;
    } catch (NonFiniteException e) {
      if (e.bestSoFar().bestStep() > 0) {
        report(e.bestSoFar(), entry, (System.nanoTime() - start) / 1e9, files);
      }
      throw e;
    }
  }

  /** Whether nothing on the command line asks for one family or for training settings. */
  private boolean ladder() {
    CommandLine.ParseResult given = spec.commandLine().getParseResult();
    return List.of("--family", "--steps", "--rate", "--particles", "--objective").stream()
        .noneMatch(given::hasMatchedOption);
  }

  private void refuseRungs() {
    if (rungs != null || seconds != null || gradients != null) {
      throw new PplException(
          "--rungs, --seconds and --gradients belong to the ladder, but an option that trains one"
              + " family was given. Likely fix: leave out --family, --steps, --rate, --particles"
              + " and --objective.");
    }
  }

  private AutoSettings budget() {
    AutoSettings settings = AutoSettings.defaults().withDraws(draws);
    settings = seconds == null ? settings : settings.withSeconds(seconds);
    return gradients == null ? settings : settings.withGradients(gradients);
  }

  private <D> int climb(Injector injector, Session session, ModelEntry<D> entry) {
    Ladder ladder =
        rungs == null
            ? Ladder.standard()
            : Ladder.of(rungs, injector.getInstance(FlowCatalog.class));
    Optional<ReportFiles> files = Optional.ofNullable(out).map(ReportFiles::in);
    D values = data == null ? entry.bundled().get() : read(entry);
    LadderProgress progress = new LadderProgress(err());
    AutoFit<D> fit = AutoFit.of(session, entry.model(), values, ladder, budget(), progress);
    AutoReport report = AutoReport.of(model, seed, fit, entry.reported());
    spec.commandLine().getOut().print(report.text());
    spec.commandLine().getOut().flush();
    files.ifPresent(
        f -> {
          List<Draws> replicates = fit.draws().draws(AutoReport.observed(fit));
          report.write(f, replicates, prior(session, entry, values, fit));
          f.export(report);
          spec.commandLine().getOut().printf("%nWritten to %s%n", f.folder());
        });
    if (save != null) {
      fit.saved().save(save);
    }
    calibrate(
        session, entry, values, files, (s, m, d) -> AutoFit.of(s, m, d, ladder, budget()).draws());
    return 0;
  }

  private <D> void calibrate(
      Session session, ModelEntry<D> entry, D values, Optional<ReportFiles> files, Refit<D> refit) {
    if (calibrate == null) {
      return;
    }
    Refit<D> counted = new CalibrationProgress<>(refit, calibrate, err());
    Calibration calibration = Calibration.of(session, entry.model(), values, calibrate, counted);
    PrintWriter text = spec.commandLine().getOut();
    text.print(CalibrationReport.text(calibration));
    text.flush();
    files.ifPresent(f -> CalibrationReport.write(calibration, f.folder()));
  }

  /** Draws of the prior for the report; none where it is improper. */
  private static <D> List<Draws> prior(
      Session session, ModelEntry<D> entry, D values, AutoFit<D> fit) {
    try {
      return PriorDraws.of(session, fit.structure(), entry.model(), values, PRIOR_DRAWS);
    } catch (PplException improper) {
      return List.of();
    }
  }

  private <D> D read(ModelEntry<D> entry) {
    StanData file = StanData.read(data);
    D values = entry.reader().apply(file);
    if (!file.unread().isEmpty()) {
      err()
          .println(
              "Note: " + data + " has data that the model does not read: " + file.unread() + ".");
    }
    return values;
  }

  private ObjectiveFamily objectives(Injector injector) {
    Map<String, ObjectiveFamily> known =
        injector.getInstance(Key.get(new TypeLiteral<Map<String, ObjectiveFamily>>() {}));
    if (!known.containsKey(objective)) {
      throw new PplException(NearestName.message("objective", objective, known.keySet()));
    }
    return known.get(objective);
  }

  private SviSettings settings(SviSettings bound) {
    SviSettings settings = rate == null ? bound : bound.withLearningRate(rate);
    if (steps == null) {
      return settings;
    }
    atLeast("--steps", steps, 1);
    return settings.withSteps(steps);
  }

  private SviListener[] listeners(Injector injector) {
    List<SviListener> all =
        new ArrayList<>(injector.getInstance(Key.get(new TypeLiteral<Set<SviListener>>() {})));
    all.add(FitProgress.to(err()));
    return all.toArray(SviListener[]::new);
  }

  private static void atLeast(String option, long value, long least) {
    if (value < least) {
      throw new PplException(option + " must be at least " + least + ", got " + value + ".");
    }
  }

  private FitReport report(
      Fit<?> fit, ModelEntry<?> entry, double seconds, Optional<ReportFiles> files) {
    FitReport report =
        FitReport.of(fit, entry.reported(), draws, new FitReport.Run(model, family, seed, seconds));
    spec.commandLine().getOut().print(report.text());
    spec.commandLine().getOut().flush();
    files.ifPresent(
        f -> {
          f.write(report);
          spec.commandLine().getOut().printf("%nWritten to %s%n", f.folder());
        });
    return report;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
