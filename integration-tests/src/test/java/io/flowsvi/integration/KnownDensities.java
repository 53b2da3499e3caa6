package io.flowsvi.integration;

import io.flowsvi.ppl.tensor.Seed;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Tables of any width whose log density is known. */
final class KnownDensities {
  private static final int COMPONENTS = 3;

  private KnownDensities() {}

  /** Rows and the log density of each. */
  record Table(double[] rows, double[] logProb) {
    double entropy() {
      double sum = 0;
      for (double l : logProb) {
        sum -= l;
      }
      return sum / logProb.length;
    }
  }

  /**
   * Rows of a mixture of three normals through a fixed triangular bijection: x_i = z_i e^{s_i} +
   * t_i, s_i = 0.4 sin 2z_{i−1}, t_i = 0.8 cos(1.5 z_{i−1}) + 0.3 z_{i−2}; log p(x) = log p(z) − Σ
   * s.
   */
  static Table table(int dim, int count, Seed seed) {
    double[] rows = new double[dim * count];
    double[] logProb = new double[count];
    double[][] means = new double[COMPONENTS][dim];
    UniformRandomProvider fixed = Seed.of(17).fold(dim).generator();
    for (double[] mean : means) {
      for (int i = 0; i < dim; i++) {
        mean[i] = 3 * fixed.nextDouble() - 1.5;
      }
    }
    UniformRandomProvider random = seed.generator();
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    double sd = 0.6;
    double[] z = new double[dim];
    for (int r = 0; r < count; r++) {
      double[] mean = means[random.nextInt(COMPONENTS)];
      for (int i = 0; i < dim; i++) {
        z[i] = mean[i] + sd * normal.sample();
      }
      logProb[r] = mixture(z, means, sd);
      for (int i = 0; i < dim; i++) {
        double before = i > 0 ? z[i - 1] : 0;
        double s = i > 0 ? 0.4 * Math.sin(2 * before) : 0;
        double t = i > 0 ? 0.8 * Math.cos(1.5 * before) + (i > 1 ? 0.3 * z[i - 2] : 0) : 0;
        rows[r * dim + i] = z[i] * Math.exp(s) + t;
        logProb[r] -= s;
      }
    }
    return new Table(rows, logProb);
  }

  private static double mixture(double[] z, double[][] means, double sd) {
    double top = Double.NEGATIVE_INFINITY;
    double[] logs = new double[means.length];
    for (int k = 0; k < logs.length; k++) {
      for (int i = 0; i < z.length; i++) {
        double d = (z[i] - means[k][i]) / sd;
        logs[k] -= 0.5 * d * d + Math.log(sd) + 0.5 * Math.log(2 * Math.PI);
      }
      top = Math.max(top, logs[k]);
    }
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log - top) / logs.length;
    }
    return top + Math.log(sum);
  }
}
