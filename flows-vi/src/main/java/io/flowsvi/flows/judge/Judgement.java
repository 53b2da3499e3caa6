package io.flowsvi.flows.judge;

import io.flowsvi.ppl.tensor.PplException;

/** Whether to trust the draws of a fit. */
public sealed interface Judgement permits Trusted, Corrected, Untrusted {
  /** One word for tables and machines: trusted, corrected or untrusted. */
  String word();

  /** What it rests on, in a sentence. */
  String reason();

  /** What to try next; empty where there is nothing to do. */
  String next();

  /** Everything in words. */
  default String words() {
    return word().toUpperCase(java.util.Locale.ROOT)
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
