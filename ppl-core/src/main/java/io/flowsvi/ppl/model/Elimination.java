package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.MarkovChain;
import io.flowsvi.ppl.sequence.HiddenChain;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sums discrete latents out of a product of potentials, one after another.
 *
 * <p>Latents of inner plates go first, of these the one whose sum is the smallest. What depends on
 * a latent is added up, over plates the latent is not in, too; log Σ e^· over its axis is a
 * potential of the latents that are left. For a chain of latents in a loop this is the forward
 * algorithm, for independent rows a sum in each row. Koller and Friedman (2009), algorithm 9.1; for
 * plates Obermeyer et al. (2019), section 3.
 */
final class Elimination {
  /** So many combinations of values at once. */
  private static final int MOST = 20_000;

  private final List<Enumerated> latents;
  private final Map<SummedOut.Route, Tensor> routes;
  private final Layout layout;
  private final int base;
  private final List<Step> steps = new ArrayList<>();
  private final List<Potential> sums = new ArrayList<>();

  /**
   * What one latent was summed out of.
   *
   * @param latent the latent
   * @param total what depends on it, on its plates
   */
  record Step(Enumerated latent, Tensor total) {}

  Elimination(
      List<Enumerated> latents,
      List<Potential> potentials,
      Map<SummedOut.Route, Tensor> routes,
      Layout layout) {
    this.latents = List.copyOf(latents);
    this.routes = routes;
    this.layout = layout;
    this.base = layout.rank() + 1;
    List<Potential> left = new ArrayList<>(potentials);
    List<Enumerated> waiting = new ArrayList<>(latents);
    while (!waiting.isEmpty()) {
      Enumerated next = next(waiting, left);
      waiting.remove(next);
      List<Potential> mine = new ArrayList<>();
      for (Potential p : left) {
        if (p.uses(next, base)) {
          mine.add(p);
        }
      }
      left.removeAll(mine);
      if (!mine.isEmpty()) {
        left.add(summed(next, mine));
      }
    }
    for (Potential p : left) {
      Shape shape = p.density().shape();
      Tensor density = p.density().reshape(shape.slice(shape.rank() - base, shape.rank()));
      sums.add(new Potential(p.site(), density, p.plates(), 0, p.scored()));
    }
  }

  /** What is left: no discrete latent in it; {@code [S] + plates} each. */
  List<Potential> sums() {
    return sums;
  }

  /** The latents in the order they were summed out, each with what it was summed out of. */
  List<Step> steps() {
    return steps;
  }

  /** All latents, in the model's order. */
  List<Enumerated> latents() {
    return latents;
  }

  Layout layout() {
    return layout;
  }

  /** Runs a body in plates, opened again. */
  static void inside(Context context, List<Plate> plates, Runnable body) {
    if (plates.isEmpty()) {
      body.run();
    } else {
      List<Plate> rest = plates.subList(1, plates.size());
      context.plate(plates.get(0), () -> inside(context, rest, body));
    }
  }

  private Enumerated next(List<Enumerated> waiting, List<Potential> left) {
    int deepest = waiting.stream().mapToInt(l -> l.plates().size()).max().orElse(0);
    Enumerated best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Enumerated latent : waiting) {
      if (latent.plates().size() == deepest) {
        double size = latent.chain().isPresent() ? 0 : size(together(latent, left));
        if (best == null || size < least) {
          best = latent;
          least = size;
        }
      }
    }
    return best;
  }

  private Set<Enumerated> together(Enumerated latent, List<Potential> potentials) {
    Set<Enumerated> together = new LinkedHashSet<>();
    for (Potential p : potentials) {
      if (p.uses(latent, base)) {
        together.addAll(p.used(latents, base));
      }
    }
    return together;
  }

  private static double size(Set<Enumerated> together) {
    return together.stream().mapToDouble(Enumerated::size).reduce(1, (a, b) -> a * b);
  }

  private Potential summed(Enumerated latent, List<Potential> mine) {
    Set<Enumerated> together = together(latent, mine);
    if (size(together) > MOST) {
      throw new SiteException(
          latent.site(),
          " is discrete and hangs together with "
              + together.stream().map(l -> l.site().name()).filter(n -> !own(latent, n)).toList()
              + ": "
              + (long) size(together)
              + " combinations of values, too many to sum (at most "
              + MOST
              + "). Likely fix: let what is observed depend on fewer discrete latents at once, or"
              + " use a MarkovChain.");
    }
    Set<Observed> scored = new LinkedHashSet<>();
    Tensor total = null;
    for (Potential p : mine) {
      checkSteps(latent, p);
      Tensor here = onPlates(latent, p, together);
      Tensor lifted = total == null ? here : here.leadingTo(total.shape().rank());
      total = total == null ? here : total.leadingTo(here.shape().rank()).plus(lifted);
      scored.addAll(p.scored());
    }
    steps.add(new Step(latent, total));
    int axis = total.shape().rank() - base - (latent.chain().isPresent() ? 1 : 0) - 1;
    int at = axis - latent.axis();
    Tensor sum =
        latent.chain().isPresent()
            ? forward(latent.chain().get(), total, at)
            : total.logSumExp(at).unsqueeze(at);
    return new Potential(latent.site(), sum, latent.plates(), 0, List.copyOf(scored));
  }

  private static boolean own(Enumerated latent, String name) {
    return latent.site().name().equals(name);
  }

  /** The forward algorithm on emissions {@code [K...] + [S] + plates + [T]}. */
  private static Tensor forward(MarkovChain chain, Tensor total, int at) {
    return HiddenChain.logLikelihood(
        chain.logInitial(), chain.logTransition(), statesLast(total, at).unsqueeze(at));
  }

  /** With one axis moved to the end. */
  static Tensor statesLast(Tensor tensor, int at) {
    int rank = tensor.shape().rank();
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i < at ? i : i == rank - 1 ? at : i + 1;
    }
    return tensor.permute(order);
  }

  private static void checkSteps(Enumerated latent, Potential p) {
    if (latent.chain().isPresent() && p.steps() == 0) {
      throw new SiteException(
          latent.site(),
          " is a chain, and site '"
              + p.site().name()
              + "' does not depend on it step by step. Likely fix: observe one row per step, with"
              + " .event("
              + latent.chain().get().length()
              + ").");
    }
    if (latent.chain().isEmpty() && p.steps() == 1) {
      throw new SiteException(
          latent.site(),
          " is discrete, and site '"
              + p.site().name()
              + "' depends on it and on a chain outside its plates: they cannot be summed out one"
              + " after the other. Likely fix: sample the chain in the same plates.");
    }
  }

  /** A potential added up, or laid, on the latent's plates. */
  private Tensor onPlates(Enumerated latent, Potential p, Set<Enumerated> together) {
    if (!p.plates().containsAll(latent.plates())) {
      return routed(latent, p);
    }
    Tensor density = p.density();
    for (Plate plate : p.plates()) {
      if (!latent.plates().contains(plate)) {
        for (Enumerated other : together) {
          if (other.plates().contains(plate) && p.uses(other, base)) {
            throw apart(latent, other, p);
          }
        }
        whole(latent, plate);
        int axis = layout.axis(plate) - layout.rank() - p.steps();
        density = density.sum(axis).unsqueeze(density.shape().rank() + axis);
      }
    }
    return density;
  }

  private static SiteException apart(Enumerated latent, Enumerated other, Potential p) {
    return new SiteException(
        latent.site(),
        " is discrete, and site '"
            + p.site().name()
            + "' depends on it and on '"
            + other.site().name()
            + "', which is in other plates: neither is local to the other. Likely fix: sample one"
            + " of them in the plates of the other, or make one of them continuous.");
  }

  /** The log of a sum cannot be estimated from some of its terms. */
  private static void whole(Enumerated latent, Plate plate) {
    if (plate.isBatch()) {
      throw new SiteException(
          latent.site(),
          " is discrete, and what depends on it is in "
              + plate
              + ", a batch: summing it out needs all rows. Likely fix: sample it inside the plate,"
              + " or fit with all the data.");
    }
  }

  /** Rows of other plates, added up where a gather said they belong. */
  private Tensor routed(Enumerated latent, Potential p) {
    Tensor index = routes.get(new SummedOut.Route(latent, p.plates()));
    if (index == null || latent.plates().size() != 1 || p.steps() > 0) {
      throw new SiteException(
          latent.site(),
          " is discrete and sampled in "
              + latent.plates()
              + ", but site '"
              + p.site().name()
              + "' in "
              + p.plates()
              + " depends on it: it cannot be summed out row by row. Likely fix: use it inside its"
              + " plate, or take its rows with ctx.gather.");
    }
    p.plates().forEach(plate -> whole(latent, plate));
    Shape shape = p.density().shape();
    Shape plates = shape.slice(shape.rank() - layout.rank(), shape.rank());
    Shape head = shape.leading(shape.rank() - layout.rank());
    Plate own = latent.plates().get(0);
    Tensor rows = p.density().reshape(head.append(plates.size()));
    Tensor flat = index.expand(plates).reshape(Shape.of(plates.size()));
    Shape target = head;
    for (int i = 0; i < layout.rank(); i++) {
      target = target.append(i == layout.axis(own) ? own.size() : 1);
    }
    return rows.scatterAdd(-1, flat, own.size()).reshape(target);
  }
}
