package io.flowsvi.models.simulated;

import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.tensor.Seed;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Hamiltonian Monte Carlo with four chains side by side, for references only.
 *
 * <p>Trajectories of random length, a diagonal mass learnt in the warm-up, a step size learnt for
 * an acceptance of 0.85. Neal (2011).
 */
final class Hmc {
  static final int CHAINS = 4;
  private static final double TARGET = 0.85;

  private final BatchLogDensity density;
  private final int dim;
  private final int longest;
  private final UniformRandomProvider random;
  private final ZigguratSampler.NormalizedGaussian normal;
  private final double[] variances;
  private double step = 0.1;

  private Hmc(BatchLogDensity density, int longest, Seed seed) {
    this.density = density;
    this.dim = density.dim();
    this.longest = longest;
    this.random = seed.generator();
    this.normal = ZigguratSampler.NormalizedGaussian.of(random);
    this.variances = new double[dim];
    Arrays.fill(variances, 1);
  }

  /** Draws {@code [CHAINS × n, D]}, chain by chain, of trajectories of up to so many steps. */
  static double[] draws(
      BatchLogDensity density, double[] start, int warm, int n, int longest, Seed seed) {
    Hmc hmc = new Hmc(density, longest, seed);
    double[] x = new double[CHAINS * hmc.dim];
    for (int i = 0; i < x.length; i++) {
      x[i] = start[i % hmc.dim] + 0.1 * hmc.normal.sample();
    }
    double[] g = new double[x.length];
    double[] value = density.gradients(x, g);
    double[] sum = new double[hmc.dim];
    double[] squares = new double[hmc.dim];
    int counted = 0;
    for (int i = 0; i < warm; i++) {
      double accepted = hmc.move(x, g, value);
      hmc.step *= Math.exp(Math.pow(i % (warm / 3) + 1.0, -0.6) * (accepted - TARGET));
      if (i % (warm / 3) > warm / 12) {
        for (int j = 0; j < x.length; j++) {
          sum[j % hmc.dim] += x[j];
          squares[j % hmc.dim] += x[j] * x[j];
        }
        counted += CHAINS;
      }
      if ((i + 1) % (warm / 3) == 0 && i + 1 < warm) {
        for (int j = 0; j < hmc.dim; j++) {
          double mean = sum[j] / counted;
          hmc.variances[j] = Math.max(1e-10, squares[j] / counted - mean * mean);
        }
        Arrays.fill(sum, 0);
        Arrays.fill(squares, 0);
        counted = 0;
        hmc.step = 0.3;
      }
    }
    double[] draws = new double[CHAINS * n * hmc.dim];
    for (int i = 0; i < n; i++) {
      hmc.move(x, g, value);
      for (int c = 0; c < CHAINS; c++) {
        System.arraycopy(x, c * hmc.dim, draws, (c * n + i) * hmc.dim, hmc.dim);
      }
    }
    return draws;
  }

  /** One trajectory of each chain; the mean acceptance. */
  private double move(double[] x, double[] g, double[] value) {
    double[] q = x.clone();
    double[] gradient = g.clone();
    double[] p = new double[x.length];
    double[] energy = new double[CHAINS];
    for (int i = 0; i < p.length; i++) {
      p[i] = normal.sample() / Math.sqrt(variances[i % dim]);
      energy[i / dim] += 0.5 * p[i] * p[i] * variances[i % dim];
    }
    double h = step * (0.8 + 0.4 * random.nextDouble());
    int steps = 1 + random.nextInt(longest);
    double[] end = value;
    for (int s = 0; s < steps; s++) {
      for (int i = 0; i < q.length; i++) {
        p[i] += 0.5 * h * gradient[i];
        q[i] += h * variances[i % dim] * p[i];
      }
      end = density.gradients(q, gradient);
      for (int i = 0; i < q.length; i++) {
        p[i] += 0.5 * h * gradient[i];
      }
    }
    double accepted = 0;
    for (int c = 0; c < CHAINS; c++) {
      double kinetic = 0;
      for (int i = c * dim; i < (c + 1) * dim; i++) {
        kinetic += 0.5 * p[i] * p[i] * variances[i % dim];
      }
      double log = end[c] - kinetic - value[c] + energy[c];
      double probability = Double.isNaN(log) ? 0 : Math.min(1, Math.exp(log));
      accepted += probability / CHAINS;
      if (random.nextDouble() < probability) {
        System.arraycopy(q, c * dim, x, c * dim, dim);
        System.arraycopy(gradient, c * dim, g, c * dim, dim);
        value[c] = end[c];
      }
    }
    return accepted;
  }
}
