package io.flowsvi.flows.train;

/** How a fit ended. */
public enum Status {
  /** The ELBO stopped rising. */
  CONVERGED("converged"),
  /** All steps were made before the ELBO stopped rising. */
  STEPS_USED("all steps made, not yet converged"),
  /** It was told to stop before. */
  INTERRUPTED("stopped before it converged"),
  /** A step could not be made finite. */
  NON_FINITE("stopped: the loss or its gradient was not finite");

  private final String words;

  Status(String words) {
    this.words = words;
  }

  /** The status in words, for reports. */
  public String words() {
    return words;
  }
}
