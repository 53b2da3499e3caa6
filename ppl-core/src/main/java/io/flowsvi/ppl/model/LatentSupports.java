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
    Context scoring = Scoring.of(structure.layout(), values.reals(), structure.particles(values));
    ContextDecorator watching =
        new ContextDecorator() {
          @Override
          public Context inner() {
            return scoring;
          }

          @Override
          public Tensor sample(Latent site, Distribution prior) {
            met.put(site, Scoring.continuous(site, prior));
            return scoring.sample(site, prior);
          }
        };
    model.run(watching, data);
    return met;
  }
}
