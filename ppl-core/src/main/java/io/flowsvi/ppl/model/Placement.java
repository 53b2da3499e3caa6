package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Map;

/** Turns initial values of event space into reals by the supports met at each site. */
final class Placement implements ContextDecorator {
  private final Scoring inner;
  private final ModelStructure structure;
  private final Map<Latent, double[]> initial;
  private final Map<Latent, Tensor> reals;

  Placement(
      Scoring inner,
      ModelStructure structure,
      Map<Latent, double[]> initial,
      Map<Latent, Tensor> reals) {
    this.inner = inner;
    this.structure = structure;
    this.initial = initial;
    this.reals = reals;
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    double[] values = initial.get(site);
    if (values != null) {
      Support.Continuous support = Scoring.continuous(site, prior);
      LatentInfo info =
          structure.latents().stream().filter(l -> l.site().equals(site)).findFirst().orElseThrow();
      Shape shape = Shape.of(1).append(info.plateShape()).append(info.event());
      if (values.length != shape.size()) {
        throw new SiteException(
            site,
            ": the initial value has "
                + values.length
                + " numbers, expected "
                + shape.size()
                + ".");
      }
      if (!support.contains(values, info.event())) {
        throw new SiteException(
            site, ": the initial value is outside the support (" + support.name() + ").");
      }
      reals.put(site, support.toReal(Arena.current().tensor(values, shape)));
    }
    return inner.sample(site, prior);
  }
}
