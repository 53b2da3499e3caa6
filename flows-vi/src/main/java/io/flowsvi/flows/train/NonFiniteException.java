package io.flowsvi.flows.train;

import io.flowsvi.ppl.tensor.PplException;

/** A loss or gradient was not finite and retries did not help; says where it began. */
public final class NonFiniteException extends PplException {
  private static final long serialVersionUID = 1L;
  private final String site;
  private final long step;
  private final transient Fit<?> bestSoFar;

  NonFiniteException(String message, String site, long step, Fit<?> bestSoFar) {
    super(message);
    this.site = site;
    this.step = step;
    this.bestSoFar = bestSoFar;
  }

  /** The first site, or guide, whose numbers are not finite; "gradient" where all sites are. */
  public String site() {
    return site;
  }

  /** The step it happened in. */
  public long step() {
    return step;
  }

  /** The fit with the best parameters before it happened: nothing fitted is lost. */
  public Fit<?> bestSoFar() {
    return bestSoFar;
  }
}
