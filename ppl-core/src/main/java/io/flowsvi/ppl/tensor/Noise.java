package io.flowsvi.ppl.tensor;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Random numbers that depend on nothing but their key; element order as {@link Seed#fill} says. */
public enum Noise {
  /** Standard normal. */
  NORMAL {
    @Override
    Source source(UniformRandomProvider random) {
      return new Normals(ZigguratSampler.NormalizedGaussian.of(random));
    }
  },
  /** Uniform on the open interval (0, 1). */
  UNIFORM {
    @Override
    Source source(UniformRandomProvider random) {
      return (target, from, to) -> {
        for (int i = from; i < to; i++) {
          target[i] = Seed.openUniform(random);
        }
      };
    }
  };

  /** What draws from a generator. */
  interface Source {
    void fill(double[] target, int from, int to);
  }

  private record Normals(SharedStateContinuousSampler sampler) implements Source {
    @Override
    public void fill(double[] target, int from, int to) {
      for (int i = from; i < to; i++) {
        target[i] = sampler.sample();
      }
    }
  }

  abstract Source source(UniformRandomProvider random);

  /** The noise of a key for a shape. */
  public double[] draw(Seed seed, Shape shape) {
    return seed.fill(shape, (random, target, from, to) -> source(random).fill(target, from, to));
  }
}
