package io.flowsvi.flows.verdict;

import java.util.List;
import java.util.Locale;

/**
 * One thing that a verdict rests on.
 *
 * @param name a word for tables and machines
 * @param value what was measured; NaN where nothing could be
 * @param grade what it says of the draws
 * @param found the same in words: a clause without a full stop
 * @param next what to try where the grade is not the best; else empty
 */
public record Check(String name, double value, Grade grade, String found, String next) {
  /** One that found nothing wrong. */
  public static Check passed(String name, double value, String found) {
    return new Check(name, value, Grade.TRUSTED, found, "");
  }

  /** Checks as a table. */
  public static String table(List<Check> checks) {
    StringBuilder text = new StringBuilder();
    text.append(String.format("%-14s %10s  %-10s %s%n", "check", "value", "grade", "found"));
    for (Check c : checks) {
      String value = Double.isNaN(c.value) ? "-" : String.format(Locale.ROOT, "%.2f", c.value);
      text.append(String.format("%-14s %10s  %-10s %s%n", c.name, value, c.grade.word(), c.found));
    }
    return text.toString();
  }
}
