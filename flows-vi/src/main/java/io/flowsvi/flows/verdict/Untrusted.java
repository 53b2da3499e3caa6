package io.flowsvi.flows.verdict;

import java.util.List;

/**
 * Neither the guide nor its weights can be relied on.
 *
 * @param checks what it rests on
 */
public record Untrusted(List<Check> checks) implements Judgement {
  /** Copies the list. */
  public Untrusted {
    checks = List.copyOf(checks);
  }

  @Override
  public Grade grade() {
    return Grade.UNTRUSTED;
  }
}
