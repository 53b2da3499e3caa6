package io.flowsvi.ppl.tensor;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Random numbers that depend on nothing but their key; element order as {@link Seed#fill} says. */
public enum Noise {
  /** Standard normal. */
  NORMAL {
    @Override
    void fill(UniformRandomProvider random, double[] target, int from, int to) {
      SharedStateContinuousSampler sampler = ZigguratSampler.NormalizedGaussian.of(random);
      for (int i = from; i < to; i++) {
        target[i] = sampler.sample();
      }
    }
  },
  /** Uniform on the open interval (0, 1). */
  UNIFORM {
    @Override
    void fill(UniformRandomProvider random, double[] target, int from, int to) {
      for (int i = from; i < to; i++) {
        target[i] = Seed.openUniform(random);
      }
    }
  };

  abstract void fill(UniformRandomProvider random, double[] target, int from, int to);

  /** The noise of a key for a shape. */
  public double[] draw(Seed seed, Shape shape) {
    double[] target = new double[shape.size()];
    draw(seed, shape, target);
    return target;
  }

  /** Writes the noise of a key for a shape. */
  public void draw(Seed seed, Shape shape, double[] target) {
    seed.fill(shape, target, this::fill);
  }
}
