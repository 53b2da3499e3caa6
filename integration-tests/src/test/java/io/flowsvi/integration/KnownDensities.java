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

  /** What column i of a table hangs on: columns before it, as drawn or as shown. */
  @FunctionalInterface
  private interface Drivers {
    /** z or x of column i − lag. */
    double of(int i, int lag, double[] z, double[] x);
  }

  /**
   * Rows of a mixture of three normals through a fixed bijection two steps deep: x_i = z_i e^{s_i}
   * + t_i, s_i = 0.4 sin 2d_i, t_i = 0.8 cos(1.5 d_i) + 0.3 x_{i−2}, d_i = x_{i−1} for even i,
   * z_{i−1} for odd i; log p(x) = log p(z) − Σ s.
   *
   * <p>It holds what tables of measurements hold, at every width alike: a few clusters that all
   * columns tell apart, neighbours that move and widen each other by bent functions of the strength
   * of their own spread, and skewed columns of several modes. How deep functions are nested does
   * not grow with the width, as it does in {@link #nested}.
   */
  static Table table(int dim, int count, Seed seed) {
    return pushed(
        dim, count, seed, (i, lag, z, x) -> lag == 1 && i % 2 == 1 ? z[i - 1] : x[i - lag]);
  }

  /**
   * The same with d_i = z_{i−1} and z_{i−2} in place of x_{i−2} for all i: to find z_i from x takes
   * i functions inside each other, each of which stretches now and shrinks then (after six, errors
   * have grown 3.7 times in one row of ten). A network of a few layers sees the last few of them
   * only, however long it is trained: the gap to the truth grows with the width.
   */
  static Table nested(int dim, int count, Seed seed) {
    return pushed(dim, count, seed, (i, lag, z, x) -> z[i - lag]);
  }

  private static Table pushed(int dim, int count, Seed seed, Drivers drivers) {
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
    double[] x = new double[dim];
    for (int r = 0; r < count; r++) {
      double[] mean = means[random.nextInt(COMPONENTS)];
      for (int i = 0; i < dim; i++) {
        z[i] = mean[i] + sd * normal.sample();
      }
      logProb[r] = mixture(z, means, sd);
      x[0] = z[0];
      for (int i = 1; i < dim; i++) {
        double d = drivers.of(i, 1, z, x);
        double s = 0.4 * Math.sin(2 * d);
        double before = i > 1 ? drivers.of(i, 2, z, x) : 0;
        x[i] = z[i] * Math.exp(s) + 0.8 * Math.cos(1.5 * d) + 0.3 * before;
        logProb[r] -= s;
      }
      System.arraycopy(x, 0, rows, r * dim, dim);
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
