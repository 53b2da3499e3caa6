package io.flowsvi.ppl.dist;

/** What the densities on a support are densities with respect to. */
public enum Measure {
  /** Lebesgue measure on all elements. */
  LEBESGUE,
  /** Lebesgue measure on the first K − 1 coordinates (simplex, zero-sum vectors). */
  FIRST_COORDINATES,
  /** Lebesgue measure on the strict lower triangle (correlation Cholesky factors). */
  STRICT_LOWER_TRIANGLE,
  /** Lebesgue measure on the lower triangle with its diagonal (covariances, their factors). */
  LOWER_TRIANGLE,
  /** Uniform surface measure on the sphere. */
  SPHERE
}
