package io.flowsvi.models.posteriordb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowsvi.ppl.tensor.PplException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The suite: which posteriors there are, their families, and what outcomes are worth together.
 *
 * @param main the posteriors that make S
 * @param extra those that make S_extra
 * @param family the structural family of each
 */
public record SuiteTable(List<String> main, List<String> extra, Map<String, String> family) {
  private static final double USABLE = 100;
  private static final double GOOD = 400;

  /** Reads {@code suite.json}. */
  public static SuiteTable read(Path folder) {
    Path file = folder.resolve("suite.json");
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readString(file));
      Map<String, String> family = new LinkedHashMap<>();
      root.path("family").properties().forEach(e -> family.put(e.getKey(), e.getValue().asText()));
      return new SuiteTable(names(root.path("posteriordb")), names(root.path("extra")), family);
    } catch (IOException e) {
      throw new PplException(
          "The suite '"
              + file
              + "' cannot be read: "
              + e.getMessage()
              + ". Likely fix: point --from at the folder that holds suite.json.",
          e);
    }
  }

  private static List<String> names(JsonNode array) {
    List<String> names = new ArrayList<>();
    array.forEach(n -> names.add(n.asText()));
    return names;
  }

  /** The header of the table of outcomes. */
  public static String header() {
    return String.format(
        Locale.ROOT,
        "%-44s %6s %7s %13s %6s %-10s %-11s %7s %9s %9s",
        "posterior",
        "N_eq",
        "max b",
        "sd ratios",
        "k-hat",
        "verdict",
        "rung",
        "seconds",
        "gradients",
        "densities");
  }

  /** One outcome as a row. */
  public static String row(Outcome o) {
    return String.format(
        Locale.ROOT,
        "%-44s %6.0f %7.3f %6.3f-%6.3f %6.2f %-10s %-11s %7.1f %9d %9d%s",
        o.posterior(),
        o.equivalentDraws(),
        o.score().map(Score::meanError).orElse(Double.NaN),
        o.score().map(Score::sdRatioMin).orElse(Double.NaN),
        o.score().map(Score::sdRatioMax).orElse(Double.NaN),
        o.kHat(),
        o.verdict(),
        o.rung(),
        o.seconds(),
        o.gradients(),
        o.values(),
        o.score().isEmpty() ? "  " + o.note() : "");
  }

  /** S of these posteriors: N_eq from e² averaged over seeds, log-scaled, averaged by family. */
  public double score(List<String> names, List<Outcome> outcomes) {
    Map<String, List<Double>> families = new LinkedHashMap<>();
    for (String name : names) {
      double s = Math.log10(Math.max(1, equivalentDraws(name, outcomes))) / 3;
      families
          .computeIfAbsent(family.getOrDefault(name, name), f -> new ArrayList<>())
          .add(Math.min(1, s));
    }
    return 100
        * families.values().stream()
            .mapToDouble(s -> s.stream().mapToDouble(Double::doubleValue).average().orElse(0))
            .average()
            .orElse(0);
  }

  /** N_eq from all seeds of a posterior; 0 if one failed or none was run. */
  public static double equivalentDraws(String name, List<Outcome> outcomes) {
    List<Optional<Score>> scores =
        outcomes.stream().filter(o -> o.posterior().equals(name)).map(Outcome::score).toList();
    return scores.isEmpty() || scores.stream().anyMatch(Optional::isEmpty)
        ? 0
        : Score.equivalentDraws(
            scores.stream().mapToDouble(s -> s.orElseThrow().squares()).average().orElseThrow());
  }

  /** What all outcomes amount to, in words. */
  public String summary(List<Outcome> outcomes) {
    List<String> ran = main.stream().filter(n -> ran(n, outcomes)).toList();
    List<String> more = extra.stream().filter(n -> ran(n, outcomes)).toList();
    StringBuilder text = new StringBuilder();
    if (!ran.isEmpty()) {
      text.append(line("S", ran, outcomes));
    }
    if (!more.isEmpty()) {
      text.append(line("S_extra", more, outcomes));
    }
    List<Outcome> trusted = outcomes.stream().filter(o -> o.verdict().equals("trusted")).toList();
    long calibrated = trusted.stream().filter(o -> o.equivalentDraws() >= USABLE).count();
    return text.append(
            String.format(
                Locale.ROOT,
                "trusted runs with N_eq >= 100: %d of %d%n",
                calibrated,
                trusted.size()))
        .toString();
  }

  private static boolean ran(String name, List<Outcome> outcomes) {
    return outcomes.stream().anyMatch(o -> o.posterior().equals(name));
  }

  private String line(String what, List<String> names, List<Outcome> outcomes) {
    List<Outcome> mine = outcomes.stream().filter(o -> names.contains(o.posterior())).toList();
    double[] seconds = mine.stream().mapToDouble(Outcome::seconds).sorted().toArray();
    long seeds = mine.stream().map(Outcome::seed).distinct().count();
    return String.format(
        Locale.ROOT,
        "%s = %.1f over %d posteriors; N_eq >= 400: %d; silent failures %d, false alarms %d,"
            + " trusted %d of %d runs; median %.1f s, sum %.0f s a seed%n",
        what,
        score(names, outcomes),
        names.size(),
        names.stream().filter(n -> equivalentDraws(n, outcomes) >= GOOD).count(),
        mine.stream().filter(o -> !o.flagged() && o.equivalentDraws() < USABLE).count(),
        mine.stream().filter(o -> o.flagged() && o.equivalentDraws() >= GOOD).count(),
        mine.stream().filter(o -> o.verdict().equals("trusted")).count(),
        mine.size(),
        seconds[seconds.length / 2],
        java.util.Arrays.stream(seconds).sum() / seeds);
  }
}
