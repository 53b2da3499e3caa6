package io.flowsvi.flows.judge;

/**
 * Neither the guide nor its weights can be relied on.
 *
 * @param reason why
 * @param next the next thing to try
 */
public record Untrusted(String reason, String next) implements Judgement {
  @Override
  public String word() {
    return "untrusted";
  }
}
