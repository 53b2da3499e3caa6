package io.flowsvi.flows.mode;

/**
 * A maximum of a log density with the normal distribution that has its curvature.
 *
 * @param normal loc is the maximum; A Aᵀ the inverse of minus the Hessian there
 * @param value the log density there
 * @param flat directions in which the density hardly falls: the data do not identify them
 * @param climbs how many starts ended here
 */
public record Mode(Affine normal, double value, int flat, int climbs) {
  /** The log evidence if the density were this normal: value + ½ D log 2π + log |det A|. */
  public double logEvidence() {
    return value + 0.5 * normal.dim() * Math.log(2 * Math.PI) + normal.logDet();
  }
}
