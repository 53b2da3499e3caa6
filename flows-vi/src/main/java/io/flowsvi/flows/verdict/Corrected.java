package io.flowsvi.flows.verdict;

import java.util.List;

/**
 * The guide alone is not near enough, or single quantities are not, but its weights can be relied
 * on: draws corrected by them can be used.
 *
 * @param checks what it rests on
 */
public record Corrected(List<Check> checks) implements Judgement {
  /** Copies the list. */
  public Corrected {
    checks = List.copyOf(checks);
  }

  @Override
  public Grade grade() {
    return Grade.CORRECTED;
  }
}
