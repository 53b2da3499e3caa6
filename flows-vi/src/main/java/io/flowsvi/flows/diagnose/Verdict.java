package io.flowsvi.flows.diagnose;

/** What k̂ says of a fit. */
public enum Verdict {
  /** k̂ below 0.5: draws of the guide can be used as they are. */
  GOOD("good: draws of the fit can be used as they are"),
  /** Up to the threshold: usable, better with importance weights. */
  USABLE("usable with importance correction: reweight or resample the draws"),
  /** Above the threshold: neither draws nor weights can be trusted. */
  UNRELIABLE(
      "unreliable: do not trust these draws; fit longer, take a more flexible family, or reparameterise the model");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /** The verdict as a sentence for reports. */
  public String words() {
    return words;
  }
}
