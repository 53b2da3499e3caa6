package io.flowsvi.flows.judge;

import io.flowsvi.ppl.tensor.PplException;

/**
 * How far a fit may go. Nothing here needs tuning.
 *
 * @param draws how many draws to deliver
 * @param effective the effective draws wanted behind them
 * @param mostProposals the most proposals the last rung may draw to reach that
 * @param seconds no rung is begun after so many seconds; infinite for none
 * @param gradients no rung is begun after so many gradient evaluations
 */
public record AutoSettings(
    int draws, double effective, int mostProposals, double seconds, long gradients) {
  /** Checks each value. */
  public AutoSettings {
    if (draws < 100) {
      throw new PplException("AutoSettings: draws must be at least 100, got " + draws + ".");
    }
    if (!(effective > 0) || mostProposals < 1000 || !(seconds > 0) || gradients < 1) {
      throw new PplException(
          "AutoSettings: effective draws, seconds and gradients must be positive and proposals at"
              + " least 1000, got "
              + effective
              + ", "
              + seconds
              + ", "
              + gradients
              + " and "
              + mostProposals
              + ".");
    }
  }

  /** 10,000 draws, worth 8,000, from at most 400,000 proposals; two minutes. */
  public static AutoSettings defaults() {
    return new AutoSettings(10_000, 8_000, 400_000, 120, 20_000_000);
  }

  /** With another number of draws. */
  public AutoSettings withDraws(int other) {
    return new AutoSettings(other, effective, mostProposals, seconds, gradients);
  }

  /** With another budget in seconds. */
  public AutoSettings withSeconds(double other) {
    return new AutoSettings(draws, effective, mostProposals, other, gradients);
  }

  /** With another budget in gradient evaluations. */
  public AutoSettings withGradients(long other) {
    return new AutoSettings(draws, effective, mostProposals, seconds, other);
  }
}
