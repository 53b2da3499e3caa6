package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Networks and points for the tests of this package. */
final class Fields {
  private Fields() {}

  /** Every number normal: biases with this scale, weights with it over the root of their fan-in. */
  static void scatter(ParamStore store, double scale) {
    ZigguratSampler.NormalizedGaussian random =
        ZigguratSampler.NormalizedGaussian.of(Seed.of(5).generator());
    for (Param p : store.params()) {
      double[] values = new double[p.shape().size()];
      double fan = p.shape().rank() == 2 ? Math.sqrt(p.shape().dim(1)) : 1;
      for (int i = 0; i < values.length; i++) {
        values[i] = scale * random.sample() / fan;
      }
      p.set(values);
    }
  }

  static double[] normals(String key, int n) {
    return Seed.of(17).fold(key).fill(Shape.of(1, n), Fields::fill);
  }

  private static void fill(UniformRandomProvider random, double[] target, int from, int to) {
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    for (int i = from; i < to; i++) {
      target[i] = normal.sample();
    }
  }
}
