package io.flowsvi.flows.train;

/** How the steps of a fit are executed; the numbers agree to rounding. */
public enum Execution {
  /** Recorded once and compiled to JVM code; eager where that cannot be, with the reason logged. */
  COMPILED,
  /** Operation by operation on the session's engine. */
  EAGER
}
