package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Event;
import io.flowsvi.ppl.dist.LocationScale;
import io.flowsvi.ppl.dist.Standardized;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which latents of a model have a scale that depends on other latents: the funnels that {@link
 * NonCentred} takes away.
 *
 * <p>Found by running the model at two points and comparing the scales met at each site.
 */
public final class Hierarchy {
  private static final double AWAY = 0.37;

  private Hierarchy() {}

  /** The latents that could be non-centred, in the model's order. */
  public static <D> List<Latent> of(
      Session session, ModelStructure structure, Model<D> model, D data) {
    double[] start = structure.start();
    double[] other = start.clone();
    for (int i = 0; i < other.length; i++) {
      other[i] += AWAY;
    }
    return session.compute(
        arena -> {
          Map<Latent, double[]> here = scales(structure, model, data, start);
          Map<Latent, double[]> there = scales(structure, model, data, other);
          List<Latent> found = new ArrayList<>();
          here.forEach(
              (site, scale) -> {
                if (!Arrays.equals(scale, there.get(site))) {
                  found.add(site);
                }
              });
          return found;
        });
  }

  private static <D> Map<Latent, double[]> scales(
      ModelStructure structure, Model<D> model, D data, double[] point) {
    Tensor flat = Arena.current().tensor(point, Shape.of(1, point.length));
    Scoring scoring = Scoring.of(structure.layout(), structure.assign(flat).reals(), 1);
    Map<Latent, double[]> scales = new LinkedHashMap<>();
    Model<D> watched = (ctx, d) -> model.run(new Watch(ctx, scales), d);
    SummedOut.run(watched, data, scoring, scoring.layout());
    return scales;
  }

  private record Watch(Context inner, Map<Latent, double[]> scales) implements ContextDecorator {
    @Override
    public Tensor sample(Latent site, Distribution prior) {
      Distribution each = prior instanceof Event event ? event.base() : prior;
      if (each instanceof LocationScale || prior instanceof Standardized) {
        for (Argument argument : prior.arguments()) {
          if (argument.name().startsWith("scale")) {
            scales.put(site, argument.value().toDoubles());
          }
        }
      }
      return inner.sample(site, prior);
    }
  }
}
