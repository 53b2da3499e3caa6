package io.flowsvi.ppl.tensor;

/** Where arithmetic runs. */
public enum Backend {
  /** Plain Java arrays: no native library is loaded; quickest on small models; float64. */
  JAVA,
  /** libtorch through DJL, operation by operation: for wide networks; float64 or float32. */
  TORCH
}
