package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** Turns initial values of event space into reals by the supports met at each site. */
final class Placement implements ContextDecorator {
  private final Context inner;
  private final ModelStructure structure;
  private final Map<Latent, double[]> initial;
  private final Map<Latent, Tensor> reals;

  Placement(
      Context inner,
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
      Shape shape = Shape.scalar();
      for (Plate plate : info.plates()) {
        shape = shape.append(plate.size());
      }
      shape = shape.append(info.event());
      if (values.length != shape.size()) {
        throw new SiteException(
            site,
            ": the initial value has "
                + values.length
                + " numbers, expected "
                + shape.size()
                + ": "
                + shape
                + ", its plates "
                + info.plates()
                + ", then its event.");
      }
      Shape full = Shape.of(1).append(info.plateShape()).append(info.event());
      Tensor real = support.toReal(inner.data(values, shape).reshape(full));
      checkInside(site, support, values, info, real.toDoubles());
      reals.put(site, real);
    }
    return inner.sample(site, prior);
  }

  private static void checkInside(
      Latent site, Support.Continuous support, double[] values, LatentInfo info, double[] real) {
    int each = Math.max(1, info.event().size());
    boolean inside = Arrays.stream(real).allMatch(Double::isFinite);
    for (int from = 0; inside && from < values.length; from += each) {
      inside = support.contains(Arrays.copyOfRange(values, from, from + each), info.event());
    }
    if (!inside) {
      throw new SiteException(
          site,
          ": the initial value is outside the support ("
              + support.name()
              + "), or on its edge. Likely fix: start inside.");
    }
  }
}
