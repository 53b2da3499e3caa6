package io.flowsvi.flows.judge;

/** Is told how a fit without tuning goes: logs, progress. Called on the fitting thread. */
public interface LadderListener {
  /** A rung begins; most take less than a second, those that train may take a minute. */
  default void begins(String rung) {}

  /** A rung ended: passed, did not pass, failed, or was left out. */
  default void ended(RungReport report) {}
}
