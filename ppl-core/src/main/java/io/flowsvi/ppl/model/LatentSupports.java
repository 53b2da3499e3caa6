package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which support each latent meets at its site, given values of the latents before it. */
public final class LatentSupports {
  private LatentSupports() {}

  /** Runs the model at these values in the current arena. */
  public static <D> Map<Latent, Support.Continuous> at(
      ModelStructure structure, Model<D> model, D data, Assignment values) {
    Map<Latent, Support.Continuous> met = new LinkedHashMap<>();
    Scoring scoring = Scoring.of(structure.layout(), values.reals(), structure.particles(values));
    Model<D> watched = (ctx, d) -> model.run(new Watch(ctx, met), d);
    SummedOut.run(watched, data, scoring, scoring.layout());
    return met;
  }

  private record Watch(Context inner, Map<Latent, Support.Continuous> met)
      implements ContextDecorator {
    @Override
    public Tensor sample(Latent site, Distribution prior) {
      if (prior.support() instanceof Support.Continuous support) {
        met.put(site, support);
      }
      return inner.sample(site, prior);
    }
  }
}
