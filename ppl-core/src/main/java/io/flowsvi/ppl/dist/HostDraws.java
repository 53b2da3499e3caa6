package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;
import org.apache.commons.rng.sampling.distribution.DiscreteSampler;
import org.apache.commons.rng.sampling.distribution.MarsagliaTsangWangDiscreteSampler;
import org.apache.commons.rng.sampling.distribution.PoissonSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Draws of discrete distributions, made on the host by commons-rng; each element has its own key.
 */
final class HostDraws {
  private HostDraws() {}

  /** How one element is drawn from its parameters. */
  interface Rule {
    double draw(UniformRandomProvider random, double[] parameters);
  }

  static Tensor poisson(Seed seed, Shape batch, Tensor rate) {
    return each(seed, batch, HostDraws::onePoisson, rate);
  }

  private static double onePoisson(UniformRandomProvider random, double[] p) {
    if (p[0] == 0) {
      return 0;
    }
    if (!(p[0] > 0) || Double.isInfinite(p[0])) {
      return Double.NaN;
    }
    if (p[0] > 1e9) {
      // Beyond the integers of the sampler a normal draw is exact to many digits.
      double z = ZigguratSampler.NormalizedGaussian.of(random).sample();
      return Math.rint(p[0] + Math.sqrt(p[0]) * z);
    }
    DiscreteSampler sampler = PoissonSampler.of(random, p[0]);
    return sampler.sample();
  }

  static Tensor each(Seed seed, Shape batch, Rule rule, Tensor... parameters) {
    double[][] values = new double[parameters.length][];
    for (int k = 0; k < values.length; k++) {
      values[k] = parameters[k].expand(batch).toDoubles();
    }
    double[] one = new double[values.length];
    double[] draws =
        seed.each(
            batch,
            (random, i) -> {
              for (int k = 0; k < one.length; k++) {
                one[k] = values[k][i];
              }
              return rule.draw(random, one);
            });
    return Arena.current().tensor(draws, batch);
  }

  /**
   * Successes in n trials. Where the sampler's table would underflow, the middle one of the n
   * uniforms is drawn (a beta variable): it says on which side of p it lies, and leaves half the
   * trials (Relles 1972).
   */
  static double binomial(UniformRandomProvider random, double trials, double p) {
    double n = trials;
    double q = p;
    double successes = 0;
    while (q > 0 && q < 1 && (n > 60_000 || -n * Math.log1p(-Math.min(q, 1 - q)) > 500)) {
      double a = Math.floor(n / 2) + 1;
      double b = n + 1 - a;
      double left = AhrensDieterMarsagliaTsangGammaSampler.of(random, a, 1).sample();
      double right = AhrensDieterMarsagliaTsangGammaSampler.of(random, b, 1).sample();
      double middle = left / (left + right);
      if (middle < q) {
        successes += a;
        n = b - 1;
        q = (q - middle) / (1 - middle);
      } else {
        n = a - 1;
        q = q / middle;
      }
    }
    if (!(q > 0 && q < 1)) {
      return q == 0 ? successes : q == 1 ? successes + n : Double.NaN;
    }
    return successes + MarsagliaTsangWangDiscreteSampler.Binomial.of(random, (int) n, q).sample();
  }

  /** An angle around 0 (Best and Fisher 1979). */
  static double vonMises(UniformRandomProvider random, double concentration) {
    if (!(concentration >= 0) || Double.isInfinite(concentration)) {
      return Double.NaN;
    }
    if (concentration < 1e-8) {
      return Math.PI * (2 * Seed.openUniform(random) - 1);
    }
    if (concentration > 1e8) {
      // Normal to many digits, where r below is 1 to rounding.
      return ZigguratSampler.NormalizedGaussian.of(random).sample() / Math.sqrt(concentration);
    }
    // r = (1 + ρ²)/(2ρ), and near concentration 0, where ρ cancels, its expansion.
    double tau = 1 + Math.sqrt(1 + 4 * concentration * concentration);
    double rho = (tau - Math.sqrt(2 * tau)) / (2 * concentration);
    double r =
        concentration < 1e-5 ? 1 / concentration + concentration : (1 + rho * rho) / (2 * rho);
    while (true) {
      double z = Math.cos(Math.PI * Seed.openUniform(random));
      double f = (1 + r * z) / (r + z);
      double c = concentration * (r - f);
      double u = Seed.openUniform(random);
      if (c * (2 - c) - u > 0 || Math.log(c / u) + 1 - c >= 0) {
        double angle = Math.acos(Math.max(-1, Math.min(1, f)));
        return Seed.openUniform(random) < 0.5 ? -angle : angle;
      }
    }
  }
}
