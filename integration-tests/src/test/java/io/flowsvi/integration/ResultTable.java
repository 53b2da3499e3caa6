package io.flowsvi.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A benchmark's table in Markdown, printed and written row by row, so that a run cut short leaves
 * what it has measured.
 */
final class ResultTable {
  private final Path file;
  private final List<String> lines = new ArrayList<>();

  /** A table at a file, with the settings of the run and the columns above its rows. */
  ResultTable(Path file, String title, List<String> settings, String... columns) {
    this.file = file;
    lines.add("# " + title);
    lines.add("");
    settings.forEach(s -> lines.add("- " + s));
    lines.add("");
    lines.add(joined(columns));
    lines.add("|---".repeat(columns.length) + "|");
    lines.forEach(System.out::println);
  }

  /** Adds a row, prints it and writes the file anew. */
  void row(String... cells) {
    lines.add(joined(cells));
    System.out.println(joined(cells));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String joined(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  /** A number to three places. */
  static String text(double x) {
    return text(x, 3);
  }

  /** A number to so many places. */
  static String text(double x, int places) {
    return String.format(Locale.ROOT, "%." + places + "f", x);
  }
}
