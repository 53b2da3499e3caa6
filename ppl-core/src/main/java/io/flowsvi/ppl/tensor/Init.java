package io.flowsvi.ppl.tensor;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Starting numbers for a whole layout; one rule sees all parts, since some depend on others. */
@FunctionalInterface
public interface Init {
  /** Fills values, of length {@code layout.size()}, all zero at first. */
  void fill(ParamLayout layout, Seed seed, double[] values);

  /** All zeros. */
  static Init zeros() {
    return (layout, seed, values) -> {};
  }

  /** One value everywhere. */
  static Init constant(double value) {
    return (layout, seed, values) -> java.util.Arrays.fill(values, value);
  }

  /** Independent normal numbers with mean 0. */
  static Init normal(double scale) {
    return (layout, seed, values) -> {
      UniformRandomProvider random = seed.generator();
      ZigguratSampler.NormalizedGaussian sampler = ZigguratSampler.NormalizedGaussian.of(random);
      for (int i = 0; i < values.length; i++) {
        values[i] = scale * sampler.sample();
      }
    };
  }

  /** Exactly these numbers. */
  static Init of(double... numbers) {
    return new GivenNumbers(numbers.clone());
  }
}
