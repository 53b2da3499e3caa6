package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.PplException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which of the sites an effect names the model really has: a misspelt one is an error. */
final class Roll {
  private final String effect;
  private final Set<? extends Site> named;
  private final List<Site> met = new ArrayList<>();

  Roll(String effect, Set<? extends Site> named) {
    this.effect = effect;
    this.named = named;
  }

  /** Whether the effect names this site of the model. */
  boolean calls(Site site) {
    met.add(site);
    return named.contains(site);
  }

  /** After the run: every named site was met. */
  void close() {
    if (met.size() >= named.size() && met.containsAll(named)) {
      return;
    }
    throw new PplException(
        effect
            + ": the model has no site "
            + named.stream().filter(s -> !met.contains(s)).map(s -> "'" + s.name() + "'").toList()
            + " of that kind; it has "
            + met.stream().map(Site::name).toList()
            + ".");
  }
}
