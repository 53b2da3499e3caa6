package io.flowsvi.flows.judge;

import io.flowsvi.ppl.tensor.PplException;

/**
 * What a fit may still spend.
 *
 * <p>The climb has three quarters of the time: the rest is for the draws and their judgement.
 * Gradient evaluations are counted over all densities of a fit.
 */
final class Budget {
  private static final double CLIMBING = 0.75;

  private final AutoSettings settings;
  private final long begin;
  private long gradients;
  private boolean climbing = true;

  Budget(AutoSettings settings, long begin) {
    this.settings = settings;
    this.begin = begin;
  }

  /** Thrown where a climb meets its end in the middle of a rung; caught by whoever began it. */
  static final class Spent extends PplException {
    private static final long serialVersionUID = 1L;

    Spent() {
      super("The budget of this fit is spent.");
    }
  }

  void addGradients(long more) {
    gradients += more;
  }

  /** Seconds since the fit began. */
  double seconds() {
    return AutoFit.seconds(begin);
  }

  /** Whether climbing has to end. */
  boolean spent() {
    return seconds() > CLIMBING * settings.seconds() || gradients > settings.gradients();
  }

  /** Throws {@link Spent} where climbing has to end; never once it has ended. */
  void check() {
    if (climbing && spent()) {
      throw new Spent();
    }
  }

  /** From now on only seconds count, and whoever spends them looks at {@link #left} himself. */
  void climbed() {
    climbing = false;
  }

  /** Runs what has to be done however little is left. */
  <T> T inAnyCase(java.util.function.Supplier<T> body) {
    boolean before = climbing;
    climbing = false;
    try {
      return body.get();
    } finally {
      climbing = before;
    }
  }

  /** Seconds left for the whole fit. */
  double left() {
    return settings.seconds() - seconds();
  }
}
