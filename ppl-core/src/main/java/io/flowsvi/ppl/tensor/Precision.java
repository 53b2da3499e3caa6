package io.flowsvi.ppl.tensor;

/** The floating-point type of a session. */
public enum Precision {
  /** 64 bits, the default for Bayesian fits. */
  FLOAT64,
  /** 32 bits, for networks; {@link Backend#TORCH} only. */
  FLOAT32
}
