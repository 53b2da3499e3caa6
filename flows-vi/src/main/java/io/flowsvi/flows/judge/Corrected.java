package io.flowsvi.flows.judge;

/**
 * The guide alone is not near enough, but its weights can be relied on: the draws delivered are
 * corrected by them and can be used.
 *
 * @param reason what it rests on
 * @param next what would make it better
 */
public record Corrected(String reason, String next) implements Judgement {
  @Override
  public String word() {
    return "corrected";
  }
}
