package io.flowsvi.flows.ode;

import java.util.Locale;

/**
 * What the solves of a layer took since they were last counted: the one thing here that changes.
 * Safe to share between threads.
 */
public final class SolveLog {
  private long solves;
  private long evaluations;
  private int most;
  private long forced;

  synchronized void add(SolveReport report) {
    solves++;
    evaluations += report.evaluations();
    most = Math.max(most, report.evaluations());
    forced += report.forced();
  }

  /** What was counted; counting starts again. */
  public synchronized Counts take() {
    Counts counts = new Counts(solves, evaluations, most, forced);
    solves = 0;
    evaluations = 0;
    most = 0;
    forced = 0;
    return counts;
  }

  /**
   * Counts of some solves.
   *
   * @param solves how many there were
   * @param evaluations of the field, in all
   * @param most evaluations in one solve
   * @param forced steps that could not keep their tolerance
   */
  public record Counts(long solves, long evaluations, int most, long forced) {
    /** Evaluations a solve, on average. */
    public double mean() {
      return solves == 0 ? 0 : (double) evaluations / solves;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.1f evaluations a solve, at most %d%s",
          mean(),
          most,
          forced == 0 ? "" : ", " + forced + " steps underflowed (stiff field)");
    }
  }
}
