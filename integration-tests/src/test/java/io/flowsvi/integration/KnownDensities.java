package io.flowsvi.integration;

import io.flowsvi.ppl.tensor.Seed;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Log densities of toy samples, exact or by quadrature, and tables of any width of known density.
 */
final class KnownDensities {
  private static final int NODES = 800;
  private static final int COMPONENTS = 3;

  private KnownDensities() {}

  /** Log densities of the toys of {@code Toys}, by their names. */
  static Map<String, ToDoubleFunction<double[]>> toys() {
    Map<String, ToDoubleFunction<double[]>> all = new LinkedHashMap<>();
    all.put("moons", KnownDensities::moons);
    all.put("eight-gaussians", KnownDensities::eightGaussians);
    all.put("checkerboard", KnownDensities::checkerboard);
    all.put("circles", KnownDensities::circles);
    return all;
  }

  private static double normal(double dx, double dy, double sd) {
    return Math.exp(-0.5 * (dx * dx + dy * dy) / (sd * sd)) / (2 * Math.PI * sd * sd);
  }

  private static double moons(double[] p) {
    double sum = 0;
    for (int i = 0; i < NODES; i++) {
      double angle = Math.PI * (i + 0.5) / NODES;
      double c = Math.cos(angle);
      double s = Math.sin(angle);
      sum += normal(p[0] - (2 * c - 1), p[1] - (2 * s - 0.2), 0.2);
      sum += normal(p[0] - (2 * (1 - c) - 1), p[1] - (2 * (0.5 - s) - 0.2), 0.2);
    }
    return Math.log(sum / (2 * NODES));
  }

  private static double eightGaussians(double[] p) {
    double sum = 0;
    for (int k = 0; k < 8; k++) {
      double angle = Math.PI / 4 * k;
      sum +=
          normal(
              p[0] - 4 * Math.cos(angle) / 1.414, p[1] - 4 * Math.sin(angle) / 1.414, 0.5 / 1.414);
    }
    return Math.log(sum / 8);
  }

  /** Uniform on 8 squares of side 2. */
  private static double checkerboard(double[] p) {
    double x = p[0] / 2;
    double y = p[1] / 2 - Math.floorMod((long) Math.floor(x), 2);
    boolean inside = Math.abs(x) <= 2 && (y >= 0 && y < 1 || y >= -2 && y < -1);
    return inside ? -Math.log(32) : Double.NEGATIVE_INFINITY;
  }

  private static double circles(double[] p) {
    double sum = 0;
    for (int i = 0; i < NODES; i++) {
      double angle = 2 * Math.PI * (i + 0.5) / NODES;
      for (double radius : new double[] {3, 1.5}) {
        sum += normal(p[0] - radius * Math.cos(angle), p[1] - radius * Math.sin(angle), 0.24);
      }
    }
    return Math.log(sum / (2 * NODES));
  }

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
