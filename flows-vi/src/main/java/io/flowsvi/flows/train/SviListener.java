package io.flowsvi.flows.train;

/** Is told how a fit goes: progress bars, logs, pictures. Called on the fitting thread. */
public interface SviListener {
  /** The fit starts or continues at a step, of at most so many. */
  default void started(long step, long steps) {}

  /** A step was made. */
  default void stepped(StepReport report) {}

  /** The ELBO was estimated on draws that training never saw. */
  default void evaluated(Evaluation evaluation) {}

  /** The last cooling steps began: the fit has converged or comes to its last steps. */
  default void cooling(long step, long lastStep) {}

  /** The fit ended. */
  default void ended(Status status) {}
}
