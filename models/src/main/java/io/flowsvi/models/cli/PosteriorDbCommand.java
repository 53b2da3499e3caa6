package io.flowsvi.models.cli;

import io.flowsvi.flows.judge.AutoSettings;
import io.flowsvi.flows.judge.RungReport;
import io.flowsvi.models.posteriordb.Outcome;
import io.flowsvi.models.posteriordb.SuiteRun;
import io.flowsvi.models.posteriordb.SuiteTable;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fits posteriors with known moments, with default settings, and scores them. */
@Command(
    name = "posteriordb",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Fit posteriors with gold-standard references and say how near the draws are.")
final class PosteriorDbCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description =
          "The folder with data, reference and suite.json (posteriordb below -Dflowsvi.shared).")
  private Path from = Path.of(System.getProperty("flowsvi.shared", "../shared"), "posteriordb");

  @Option(
      names = "--only",
      split = ",",
      description = "Only posteriors whose name contains one of these.")
  private List<String> only = List.of("");

  @Option(
      names = "--part",
      defaultValue = "posteriordb",
      description = "posteriordb, extra or all (${DEFAULT-VALUE}).")
  private String part;

  @Option(
      names = "--seeds",
      defaultValue = "1",
      description = "How many seeds, from 1 (${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "A folder for NAME.seedK.csv and results.jsonl.")
  private Path out;

  @Option(
      names = "--seconds",
      defaultValue = "120",
      description = "The time each fit may take in all, in seconds (${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--rungs", description = "Print the rungs of every fit, too.")
  private boolean rungs;

  PosteriorDbCommand() {}

  @Override
  public Integer call() {
    SuiteTable suite = SuiteTable.read(from);
    List<String> names = new ArrayList<>();
    if (!part.equals("extra")) {
      names.addAll(suite.main());
    }
    if (!part.equals("posteriordb")) {
      names.addAll(suite.extra());
    }
    names.removeIf(n -> only.stream().noneMatch(n::contains));
    if (names.isEmpty()) {
      throw new PplException("No posterior of '" + part + "' has a name that contains " + only);
    }
    PrintWriter text = spec.commandLine().getOut();
    text.println(SuiteTable.header());
    SuiteRun run = new SuiteRun(from, AutoSettings.defaults().withSeconds(seconds));
    List<Outcome> outcomes = new ArrayList<>();
    for (String name : names) {
      for (long seed = 1; seed <= seeds; seed++) {
        long key = seed;
        Outcome outcome =
            run.run(
                name,
                seed,
                (o, fit, draws) -> {
                  if (rungs) {
                    text.print(RungReport.table(fit.rungs()));
                    text.println(fit.judgement().words());
                  }
                  folder()
                      .ifPresent(
                          f -> SuiteRun.write(f.resolve(name + ".seed" + key + ".csv"), draws));
                });
        outcomes.add(outcome);
        text.println(SuiteTable.row(outcome));
        text.flush();
      }
    }
    text.println();
    text.print(suite.summary(outcomes));
    folder().ifPresent(f -> json(f, outcomes));
    text.flush();
    return 0;
  }

  private Optional<Path> folder() {
    if (out != null) {
      try {
        Files.createDirectories(out);
      } catch (IOException e) {
        throw new PplException("Output folder '" + out + "' cannot be made: " + e.getMessage(), e);
      }
    }
    return Optional.ofNullable(out);
  }

  private static void json(Path folder, List<Outcome> outcomes) {
    try {
      Files.write(folder.resolve("results.jsonl"), outcomes.stream().map(Outcome::json).toList());
    } catch (IOException e) {
      throw new PplException("Results cannot be written to '" + folder + "'.", e);
    }
  }
}
