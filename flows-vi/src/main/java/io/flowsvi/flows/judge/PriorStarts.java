package io.flowsvi.flows.judge;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.model.Assignment;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.ContextDecorator;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Simulation;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Draws of the prior as points of unconstrained space. */
final class PriorStarts implements ContextDecorator {
  private final Context inner;
  private final Map<Latent, Tensor> reals;

  private PriorStarts(Context inner, Map<Latent, Tensor> reals) {
    this.inner = inner;
    this.reals = reals;
  }

  /** n points {@code [N, D]}, row-major; none where a prior is improper or cannot be drawn from. */
  static <D> double[] of(
      Session session, ModelStructure structure, Model<D> model, D data, int n, Seed seed) {
    try {
      return session.compute(
          arena -> {
            Map<Latent, Tensor> reals = new LinkedHashMap<>();
            Model<D> noting = (ctx, d) -> model.run(new PriorStarts(ctx, reals), d);
            Simulation.prior(structure, noting, data, n, seed);
            return structure.flatten(new Assignment(reals)).toDoubles();
          });
    } catch (PplException improper) {
      return new double[0];
    }
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    Tensor value = inner.sample(site, prior);
    if (prior.support() instanceof Support.Continuous continuous) {
      reals.put(site, continuous.toReal(value));
    }
    return value;
  }
}
