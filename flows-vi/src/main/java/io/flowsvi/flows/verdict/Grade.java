package io.flowsvi.flows.verdict;

import java.util.Locale;

/** How far something can be trusted, best first. */
public enum Grade {
  /** Draws can be used. */
  TRUSTED,
  /** Draws can be used after importance correction. */
  CORRECTED,
  /** Draws should not be used. */
  UNTRUSTED;

  /** One word for tables and machines. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The worse of both. */
  public Grade and(Grade other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
