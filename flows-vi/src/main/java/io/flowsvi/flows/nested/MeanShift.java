package io.flowsvi.flows.nested;

import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * How far the mean of skewed inner coordinates lies from their maximum.
 *
 * <p>Of all normals with precision H the one nearest to the density in KL(q ‖ p) has the mean where
 * E_q ∇ log p = 0; from the maximum that is reached by Newton steps with the expected gradient,
 * averaged over pairs of opposite draws. Opper and Archambeau (2009), eq. 9. It is found at one
 * outer point and used at all.
 */
final class MeanShift {
  private static final int PAIRS = 64;
  private static final int ROUNDS = 2;

  /** Of a normal with precision H; a longer step is no correction any more. */
  private static final double LONGEST = 1;

  private MeanShift() {}

  /** The shift of each inner coordinate; zeros where it cannot be trusted. */
  static double[] of(BatchLogDensity density, int[] inner, InnerModes.Inner top, Seed seed) {
    int n = inner.length;
    int d = top.point().length;
    var normal = ZigguratSampler.NormalizedGaussian.of(seed.fold("shift").generator());
    double[][] noise = new double[PAIRS][];
    for (int k = 0; k < PAIRS; k++) {
      noise[k] = top.curvature().back(normal.samples(n).toArray());
    }
    double[] shift = new double[n];
    for (int round = 0; round < ROUNDS; round++) {
      double[] points = new double[2 * PAIRS * d];
      for (int k = 0; k < 2 * PAIRS; k++) {
        System.arraycopy(top.point(), 0, points, k * d, d);
        for (int i = 0; i < n; i++) {
          double away = k % 2 == 0 ? noise[k / 2][i] : -noise[k / 2][i];
          points[k * d + inner[i]] += shift[i] + away;
        }
      }
      double[] g = new double[points.length];
      density.gradients(points, g);
      double[] mean = new double[n];
      for (int k = 0; k < 2 * PAIRS; k++) {
        for (int i = 0; i < n; i++) {
          mean[i] += g[k * d + inner[i]] / (2 * PAIRS);
        }
      }
      double[] step = top.curvature().solve(mean);
      double square = 0;
      for (int i = 0; i < n; i++) {
        square += step[i] * mean[i];
        shift[i] += step[i];
      }
      if (!(square < LONGEST * n)) {
        return new double[n];
      }
    }
    return Arrays.stream(shift).allMatch(Double::isFinite) ? shift : new double[n];
  }
}
