package io.flowsvi.flows.verdict;

import io.flowsvi.ppl.tensor.PplException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Whether to trust the draws of a fit: as far as the worst of its checks says. */
public sealed interface Judgement permits Trusted, Corrected, Untrusted {
  /** What it rests on, in the order they were made. */
  List<Check> checks();

  /** The verdict of some checks. Throws {@link PplException} if there is none. */
  static Judgement of(List<Check> checks) {
    Grade worst =
        checks.stream()
            .map(Check::grade)
            .reduce(Grade::and)
            .orElseThrow(() -> new PplException("A judgement needs at least one check."));
    return switch (worst) {
      case TRUSTED -> new Trusted(checks);
      case CORRECTED -> new Corrected(checks);
      case UNTRUSTED -> new Untrusted(checks);
    };
  }

  /** As far as the draws can be trusted. */
  Grade grade();

  /** One word for tables and machines: trusted, corrected or untrusted. */
  default String word() {
    return grade().word();
  }

  /** The checks that decided: all where nothing is wrong, else the worst ones. */
  default List<Check> deciding() {
    return checks().stream().filter(c -> c.grade() == grade()).toList();
  }

  /** What it rests on, in a sentence, or two: what decided, then the rest. */
  default String reason() {
    List<Check> rest = new ArrayList<>(checks());
    rest.removeAll(deciding());
    return found(deciding()) + "." + (rest.isEmpty() ? "" : " Besides: " + found(rest) + ".");
  }

  private static String found(List<Check> checks) {
    return checks.stream().map(Check::found).collect(Collectors.joining("; "));
  }

  /** What to try next; empty where there is nothing to do. */
  default String next() {
    return deciding().stream()
        .map(Check::next)
        .filter(n -> !n.isEmpty())
        .distinct()
        .collect(Collectors.joining(" "));
  }

  /** Everything in words. */
  default String words() {
    return word().toUpperCase(Locale.ROOT)
        + ": "
        + reason()
        + (next().isEmpty() ? "" : " " + next());
  }

  /** Throws {@link PplException} with the reason and the next thing to try if untrusted. */
  default void require() {
    if (this instanceof Untrusted) {
      throw new PplException("The fit is not to be trusted. " + reason() + " " + next());
    }
  }
}
