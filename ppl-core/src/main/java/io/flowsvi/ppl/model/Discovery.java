package io.flowsvi.ppl.model;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Learns a model's structure by running it on trial points, never by sampling a prior.
 *
 * <p>Plate axes are learnt first: a plate gets the axis of its nesting depth, and moves to a free
 * one when it meets another plate of that axis (crossed plates). Then the starting point: given
 * values, zeros, then up to 100 points from U(−2, 2), until the log density is finite.
 */
final class Discovery {
  private static final int TRIALS = 100;
  private static final int RULE_TRIALS = 3;

  private Discovery() {}

  @SuppressWarnings("try") // The arena is open for its effect: it makes the engine current.
  static <D> ModelStructure run(
      Session session, Model<D> model, D data, Map<Latent, double[]> initial) {
    try (Arena arena = session.openArena()) {
      Inspection inspection = inspect(model, data, new LinkedHashMap<>());
      List<LatentInfo> latents = inspection.latents();
      double[] zeros = new double[LatentInfo.size(latents)];
      ModelStructure structure =
          new ModelStructure(inspection.plates(), latents, inspection.sites(), zeros);
      for (Latent site : initial.keySet()) {
        known(structure, site);
      }
      double[] start = start(session, structure, model, data, initial);
      return new ModelStructure(structure.plates(), latents, structure.sites(), start);
    }
  }

  private static void known(ModelStructure structure, Latent site) {
    if (structure.latents().stream().noneMatch(l -> l.site().equals(site))) {
      throw new PplException(
          "Initial value for '"
              + site.name()
              + "', which is no latent of the model; latents are "
              + structure.latents().stream().map(l -> l.site().name()).toList()
              + ".");
    }
  }

  private static <D> Inspection inspect(Model<D> model, D data, Map<String, Integer> axes) {
    // Each restart moves one plate to a new axis, so this ends.
    while (true) {
      int rank = 1;
      for (int axis : axes.values()) {
        rank = Math.max(rank, axis + 1);
      }
      Inspection inspection = new Inspection(axes, rank);
      try {
        model.run(inspection, data);
        return inspection;
      } catch (Inspection.AxesChanged moved) {
        continue;
      } catch (ShapeException e) {
        throw new PplException(
            "In the model, " + inspection.whereabouts() + ": " + e.getMessage(), e);
      }
    }
  }

  private static <D> double[] start(
      Session session,
      ModelStructure structure,
      Model<D> model,
      D data,
      Map<Latent, double[]> initial) {
    double[] zeros = new double[structure.dim()];
    double[] given = place(structure, initial, zeros, model, data);
    Optional<String> blocked = blockedAt(structure, model, data, given);
    double[] start = blocked.isEmpty() ? given : null;
    UniformRandomProvider random = session.seed().fold("discovery").doubles();
    for (int trial = 0; trial < TRIALS && (start == null || trial < RULE_TRIALS); trial++) {
      double[] point = new double[structure.dim()];
      for (int i = 0; i < point.length; i++) {
        point[i] = -2 + 4 * random.nextDouble();
      }
      if (trial < RULE_TRIALS) {
        checkRules(structure, model, data, point);
      }
      double[] placed = place(structure, initial, point, model, data);
      if (start == null && blockedAt(structure, model, data, placed).isEmpty()) {
        start = placed;
      }
    }
    if (start == null) {
      throw new PplException(
          "No starting point with a finite log density was found in "
              + (TRIALS + 1)
              + " trials. First obstacle: "
              + blocked.orElseThrow()
              + " Likely fix: give initial values with ModelStructure.startingAt, or check the data"
              + " and the priors.");
    }
    return start;
  }

  private static <D> void checkRules(
      ModelStructure structure, Model<D> model, D data, double[] point) {
    Scoring scoring = Scoring.of(structure.layout(), reals(structure, point), 1);
    SummedOut.run(RuleCheck.of(model), data, scoring, scoring.layout());
  }

  private static Map<Latent, Tensor> reals(ModelStructure structure, double[] point) {
    Tensor flat = Arena.current().tensor(point, Shape.of(1, point.length));
    return structure.assign(flat).reals();
  }

  /** The first obstacle at a point in words; empty where the log density is finite. */
  private static <D> Optional<String> blockedAt(
      ModelStructure structure, Model<D> model, D data, double[] point) {
    Scoring scoring = Scoring.of(structure.layout(), reals(structure, point), 1);
    Obstacle obstacle = new Obstacle(scoring);
    List<String> met = new ArrayList<>();
    SummedOut.run(RollCall.of(model, met), data, obstacle, scoring.layout());
    sameSites(structure, met);
    if (obstacle.found().isEmpty()) {
      return obstacle.found();
    }
    return Optional.of(
        obstacle.found().get()
            + " The unconstrained values were "
            + (point.length > 12
                ? Arrays.toString(Arrays.copyOf(point, 12)) + " and so on"
                : Arrays.toString(point))
            + ".");
  }

  /** The model names the same sites whatever the values. */
  private static void sameSites(ModelStructure structure, List<String> now) {
    List<String> before = new ArrayList<>();
    for (SiteInfo info : structure.sites()) {
      Site site = info.site();
      if (site instanceof Latent || site instanceof Observed || site instanceof Factor) {
        before.add(site.name());
      }
    }
    if (!now.equals(before)) {
      throw new PplException(
          "The model has sites "
              + before
              + " in one run and "
              + now
              + " in the next. It must name the same sites in the same order, whatever the values."
              + " Likely fix: no Java 'if' and no Java randomness around a site; use select(...) or"
              + " a Mixture.");
    }
  }

  /** Initial values of event space through the supports met in the model; others from a point. */
  private static <D> double[] place(
      ModelStructure structure,
      Map<Latent, double[]> initial,
      double[] point,
      Model<D> model,
      D data) {
    if (initial.isEmpty()) {
      return point;
    }
    Map<Latent, Tensor> reals = new LinkedHashMap<>(reals(structure, point));
    Scoring scoring = Scoring.of(structure.layout(), reals, 1);
    SummedOut.run(
        (ctx, same) -> model.run(new Placement(ctx, structure, initial, reals), same),
        data,
        scoring,
        scoring.layout());
    double[] placed = point.clone();
    for (LatentInfo info : structure.latents()) {
      if (initial.containsKey(info.site())) {
        System.arraycopy(reals.get(info.site()).toDoubles(), 0, placed, info.offset(), info.size());
      }
    }
    return placed;
  }
}
