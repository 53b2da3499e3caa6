package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which latents the density of each site depends on: the arrows of a model's picture.
 *
 * <p>A model is Java code and declares no arrows; they are found by differentiation. A latent
 * reaches a site if the gradient of the site's log density towards it is not 0 at a point near the
 * start; derived values in between are passed through. A dependence that is flat just there (behind
 * a step) is not seen.
 */
public final class Dependencies {
  /** How far from the start, in another direction for each coordinate: symmetric points hide. */
  private static final double ASIDE = 0.1;

  private Dependencies() {}

  /** For each site with a density, the names of the other latents it depends on, in model order. */
  public static <D> Map<String, Set<String>> of(
      Session session, ModelStructure structure, Model<D> model, D data) {
    double[] x = structure.start();
    for (int i = 0; i < x.length; i++) {
      x[i] += ASIDE * Math.sin(i + 1.0);
    }
    int terms = session.compute(arena -> terms(structure, model, data, tensor(x)).size());
    Map<String, Set<String>> parents = new LinkedHashMap<>();
    for (int t = 0; t < terms; t++) {
      int at = t;
      session.compute(
          arena -> {
            List<String> names = new ArrayList<>();
            double[] gradient =
                Tape.gradient(
                        x,
                        Shape.of(1, x.length),
                        flat -> {
                          Term term = terms(structure, model, data, flat).get(at);
                          term.sites().forEach(s -> names.add(s.name()));
                          return term.logDensity().sum();
                        })
                    .gradients()
                    .get(0);
            for (String name : names) {
              parents
                  .computeIfAbsent(name, k -> new LinkedHashSet<>())
                  .addAll(reached(structure, gradient, names));
            }
            return true;
          });
    }
    return parents;
  }

  private static Tensor tensor(double[] x) {
    return Arena.current().tensor(x, Shape.of(1, x.length));
  }

  private static <D> List<Term> terms(
      ModelStructure structure, Model<D> model, D data, Tensor flat) {
    return Scoring.run(structure, model, data, structure.assign(flat)).terms();
  }

  private static List<String> reached(
      ModelStructure structure, double[] gradient, List<String> own) {
    List<String> names = new ArrayList<>();
    for (LatentInfo latent : structure.latents()) {
      boolean moves = false;
      for (int i = latent.offset(); i < latent.offset() + latent.size(); i++) {
        moves |= gradient[i] != 0;
      }
      if (moves && !own.contains(latent.site().name())) {
        names.add(latent.site().name());
      }
    }
    return names;
  }
}
