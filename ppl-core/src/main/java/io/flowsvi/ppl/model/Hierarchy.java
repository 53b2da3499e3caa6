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
import java.util.Set;

/**
 * Which latents of a model have a scale that depends on other latents: the funnels that {@link
 * NonCentred} takes away.
 *
 * <p>Found by running the model at two points and comparing the scales met at each site.
 */
public final class Hierarchy {
  private static final double AWAY = 0.37;

  private static final int FEW = 2;

  /** What only moves a distribution. */
  private static final Set<String> LOCATIONS = Set.of("loc", "mean");

  private Hierarchy() {}

  /** The latents that could be non-centred, in the model's order. */
  public static <D> List<Latent> of(
      Session session, ModelStructure structure, Model<D> model, D data) {
    return moving(session, structure, model, data, LOCATIONS);
  }

  /**
   * As {@link #of}, and those whose location alone depends on other latents: steps of a path by
   * their innovations.
   */
  public static <D> List<Latent> dependent(
      Session session, ModelStructure structure, Model<D> model, D data) {
    return moving(session, structure, model, data, Set.of());
  }

  /** The latents with a parameter, but for these, that depends on other latents. */
  private static <D> List<Latent> moving(
      Session session, ModelStructure structure, Model<D> model, D data, Set<String> but) {
    double[] start = structure.start();
    double[] other = start.clone();
    for (int i = 0; i < other.length; i++) {
      other[i] += AWAY;
    }
    return session.compute(
        arena -> {
          Map<Site, double[]> here = parameters(structure, model, data, start, but);
          Map<Site, double[]> there = parameters(structure, model, data, other, but);
          List<Latent> found = new ArrayList<>();
          here.forEach(
              (site, scale) -> {
                if (site instanceof Latent latent && !Arrays.equals(scale, there.get(site))) {
                  found.add(latent);
                }
              });
          return found;
        });
  }

  /**
   * The latents that set the scale, or anything but the location, of others' priors or, where they
   * are few numbers, of the data: what the others are near normal given, in the model's order.
   */
  public static <D> List<Latent> parents(
      Session session, ModelStructure structure, Model<D> model, D data) {
    double[] start = structure.start();
    return session.compute(
        arena -> {
          Map<Site, double[]> here = parameters(structure, model, data, start, LOCATIONS);
          List<Latent> found = new ArrayList<>();
          for (LatentInfo latent : structure.latents()) {
            double[] other = start.clone();
            for (int i = latent.offset(); i < latent.offset() + latent.size(); i++) {
              other[i] += AWAY;
            }
            Map<Site, double[]> there = parameters(structure, model, data, other, LOCATIONS);
            boolean sets =
                here.keySet().stream()
                    .filter(site -> site instanceof Latent || latent.size() <= FEW)
                    .anyMatch(site -> !Arrays.equals(here.get(site), there.get(site)));
            if (sets) {
              found.add(latent.site());
            }
          }
          return found;
        });
  }

  private static <D> Map<Site, double[]> parameters(
      ModelStructure structure, Model<D> model, D data, double[] point, Set<String> but) {
    Tensor flat = Arena.current().tensor(point, Shape.of(1, point.length));
    Scoring scoring = Scoring.of(structure.layout(), structure.assign(flat).reals(), 1);
    Map<Site, double[]> met = new LinkedHashMap<>();
    Model<D> watched = (ctx, d) -> model.run(new Watch(ctx, met, but), d);
    SummedOut.run(watched, data, scoring, scoring.layout());
    return met;
  }

  private record Watch(Context inner, Map<Site, double[]> met, Set<String> but)
      implements ContextDecorator {
    @Override
    public Tensor sample(Latent site, Distribution prior) {
      note(site, prior);
      return inner.sample(site, prior);
    }

    @Override
    public void observe(Observed site, Distribution likelihood, Tensor value) {
      note(site, likelihood);
      inner.observe(site, likelihood, value);
    }

    @Override
    public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
      note(site, likelihood);
      inner.observe(site, likelihood, value, present);
    }

    private void note(Site site, Distribution distribution) {
      Distribution each = distribution instanceof Event event ? event.base() : distribution;
      if (!(each instanceof LocationScale || distribution instanceof Standardized)) {
        return;
      }
      double[] all = {};
      for (Argument argument : distribution.arguments()) {
        if (!but.contains(argument.name())) {
          double[] more = argument.value().toDoubles();
          all = Arrays.copyOf(all, all.length + more.length);
          System.arraycopy(more, 0, all, all.length - more.length, more.length);
        }
      }
      met.put(site, all);
    }
  }
}
