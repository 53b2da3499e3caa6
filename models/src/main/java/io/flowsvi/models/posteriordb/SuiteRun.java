package io.flowsvi.models.posteriordb;

import io.flowsvi.flows.judge.AutoFit;
import io.flowsvi.flows.judge.AutoSettings;
import io.flowsvi.flows.judge.Ladder;
import io.flowsvi.flows.train.Draws;
import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Fits posteriors with default settings and scores the draws delivered.
 *
 * @param from the folder with {@code data}, {@code reference} and {@code suite.json}
 * @param settings of every fit
 */
public record SuiteRun(Path from, AutoSettings settings) {
  /** What is done with the draws and the fit of a run before they are forgotten. */
  public interface Watcher {
    /** Called once for each fit that ended. */
    void fitted(Outcome outcome, AutoFit<?> fit, List<Draws> scored);
  }

  /** One posterior with one seed. A failure is an outcome, too. */
  public Outcome run(String name, long seed, Watcher watcher) {
    long begin = System.nanoTime();
    try {
      return run(name, Posteriors.find(name), seed, watcher);
    } catch (PplException e) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new Outcome(
          name,
          seed,
          Optional.empty(),
          Double.NaN,
          "failed",
          "none",
          seconds,
          0,
          0,
          e.getMessage());
    }
  }

  private <D> Outcome run(String name, Posteriors.Entry<D> entry, long seed, Watcher watcher) {
    Reference reference = Reference.read(from, name);
    D data =
        entry
            .reader()
            .apply(
                entry.data().isEmpty()
                    ? StanData.parse("none", "{}")
                    : StanData.read(from.resolve("data").resolve(entry.data() + ".json")));
    try (Session session = Session.open(seed)) {
      AutoFit<D> fit = AutoFit.of(session, entry.model(), data, Ladder.standard(), settings);
      List<Draws> draws = scored(fit.draws().draws(fit.draws().sites()), reference);
      Outcome outcome =
          new Outcome(
              name,
              seed,
              Optional.of(Score.of(reference, draws)),
              fit.assessment().kHat(),
              fit.judgement().word(),
              fit.rung(),
              fit.seconds(),
              fit.gradients(),
              fit.values(),
              fit.judgement().reason());
      watcher.fitted(outcome, fit, draws);
      return outcome;
    }
  }

  /** The sites that have a scored scalar. */
  private static List<Draws> scored(List<Draws> all, Reference reference) {
    return all.stream()
        .filter(d -> d.names().stream().anyMatch(reference.scalars()::containsKey))
        .toList();
  }

  /** Writes draws as a CSV: a header of Stan's names, a draw a line. */
  public static void write(Path file, List<Draws> draws) {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      List<String> names = draws.stream().flatMap(d -> d.names().stream()).toList();
      out.write(
          String.join(",", names.stream().map(n -> n.contains(",") ? '"' + n + '"' : n).toList()));
      out.newLine();
      for (int i = 0; i < draws.get(0).count(); i++) {
        StringBuilder line = new StringBuilder();
        for (Draws site : draws) {
          for (double value : site.draw(i)) {
            line.append(line.isEmpty() ? "" : ",").append(value);
          }
        }
        out.write(line.toString());
        out.newLine();
      }
    } catch (IOException e) {
      throw new PplException("Draws cannot be written to '" + file + "': " + e.getMessage(), e);
    }
  }

  /** The sites of draws, for reports. */
  public static List<Site> sites(List<Draws> draws) {
    return draws.stream().map(Draws::site).toList();
  }
}
