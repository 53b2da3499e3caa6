package io.flowsvi.flows.verdict;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A row of a plate with the tail of its own weights, given everything outside the plate.
 *
 * @param plate the plate's name
 * @param row counted from 1
 * @param kHat k̂ of p(θ_n, y_n | φ)/q(θ_n | φ), θ_n the row's latents, φ those of no row
 */
public record Row(String plate, int row, double kHat) {
  private static final double WORST = 0.7;

  /** As in a site's name: {@code school[3]}. */
  public String name() {
    return plate + "[" + row + "]";
  }

  /** Whether the row's own latents are near enough. */
  public Grade grade() {
    return kHat <= WORST ? Grade.TRUSTED : Grade.UNTRUSTED;
  }

  /** What they say of the draws together: rows that fail are named, the others can be used. */
  public static Check check(List<Row> all) {
    if (all.isEmpty()) {
      return Check.passed("rows", Double.NaN, "no plate has rows with weights of their own");
    }
    Row worst = all.stream().max(Comparator.comparingDouble(Row::kHat)).orElseThrow();
    List<Row> bad = all.stream().filter(r -> r.grade() != Grade.TRUSTED).toList();
    if (bad.isEmpty()) {
      String found =
          String.format(Locale.ROOT, "worst row %s with k-hat %.2f", worst.name(), worst.kHat);
      return Check.passed("rows", worst.kHat, found);
    }
    String names =
        String.join(
            ", ",
            bad.stream()
                .limit(5)
                .map(r -> String.format(Locale.ROOT, "%s (k-hat %.2f)", r.name(), r.kHat))
                .toList());
    return new Check(
        "rows",
        worst.kHat,
        Grade.CORRECTED,
        bad.size() + " of " + all.size() + " rows have tails of their own: " + names,
        "Look at the data of these rows; the others can be used.");
  }
}
