package io.flowsvi.flows.judge;

/**
 * The guide is so near the posterior that its weights are well behaved: the draws can be used.
 *
 * @param reason what it rests on
 */
public record Trusted(String reason) implements Judgement {
  @Override
  public String word() {
    return "trusted";
  }

  @Override
  public String next() {
    return "";
  }
}
