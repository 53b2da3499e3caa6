package io.flowsvi.flows.verdict;

import java.util.List;

/**
 * The guide is so near the posterior that its weights are well behaved: the draws can be used.
 *
 * @param checks what it rests on
 */
public record Trusted(List<Check> checks) implements Judgement {
  /** Copies the list. */
  public Trusted {
    checks = List.copyOf(checks);
  }

  @Override
  public Grade grade() {
    return Grade.TRUSTED;
  }
}
