package io.flowsvi.ppl.tensor;

/** The floating-point type of a session. */
public enum Precision {
  /** 64 bits, the default for Bayesian fits. */
  FLOAT64,
  /**
   * 32 bits, for networks and wide guides. With {@link Backend#TORCH} everything computes in it,
   * with {@link Backend#JAVA} the compiled steps of a fit do, whose parameters and moments are
   * floats meanwhile; evaluations, weights and draws are computed in 64 bits there.
   */
  FLOAT32
}
