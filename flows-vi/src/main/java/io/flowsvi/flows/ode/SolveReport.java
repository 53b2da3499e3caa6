package io.flowsvi.flows.ode;

import java.util.List;

/**
 * What a solve took.
 *
 * @param shares the ends of its steps as shares of the way, from 0 to 1
 * @param evaluations of the field, with those of rejected steps, and of trials of the first step,
 *     which see few rows and no divergence
 * @param rejected steps taken back
 * @param forced steps of the smallest size, taken by RK4 whatever their error: the field is stiff,
 *     or not finite
 */
public record SolveReport(List<Double> shares, int evaluations, int rejected, int forced) {
  /** Copies the list. */
  public SolveReport {
    shares = List.copyOf(shares);
  }

  /** Whether every step kept its tolerance; always of a solver that has none. */
  public Status status() {
    return forced == 0 ? Status.FINISHED : Status.UNDERFLOW;
  }

  /** How a solve ended. */
  public enum Status {
    /** Every step kept the tolerance. */
    FINISHED,
    /** The step size fell below its smallest, and RK4 steps of that size had to do. */
    UNDERFLOW
  }
}
