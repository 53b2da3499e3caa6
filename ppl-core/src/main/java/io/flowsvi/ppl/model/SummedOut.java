package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Event;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.MarkovChain;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sums discrete latents out of a model that is left as it is written.
 *
 * <p>A latent z with K values becomes a tensor with an axis of all its values, left of the
 * particles: {@code [K] + [S] + plates}. Whatever is computed from it has that axis, too. When the
 * model has run, the parts of its density that have such axes are multiplied and summed over them,
 * one latent after another ({@link Elimination}), and the result takes their place as a factor with
 * the latent's name. So a mixture (one latent in each row of a plate), a class of each row of an
 * outer plate, a change point (one latent outside any plate) and chains written as a loop need no
 * rewriting. A {@link MarkovChain} has one axis for all its steps and is summed out by the forward
 * algorithm; what depends on it needs one row per step: {@code .event(T)}.
 */
final class SummedOut implements ContextDecorator {
  private final Context inner;
  private final Layout layout;
  private final int base;
  private final List<Enumerated> latents = new ArrayList<>();
  private final List<Potential> potentials = new ArrayList<>();
  private final Map<Route, Tensor> routes = new LinkedHashMap<>();
  private final Map<Tensor, Enumerated> values = new IdentityHashMap<>();

  private SummedOut(Context inner, Layout layout) {
    this.inner = inner;
    this.layout = layout;
    this.base = layout.rank() + 1;
  }

  /** Runs a model without its discrete latents, which become factors of the context. */
  static <D> void run(Model<D> model, D data, Context inner, Layout layout) {
    Elimination elimination = enumerate(model, data, inner, layout);
    for (Potential sum : elimination.sums()) {
      Elimination.inside(
          inner, sum.plates(), () -> inner.factor(new Factor(sum.site().name()), sum.density()));
    }
  }

  /** Runs a model and sums its discrete latents out; nothing is added to the context. */
  static <D> Elimination enumerate(Model<D> model, D data, Context inner, Layout layout) {
    SummedOut run = new SummedOut(inner, layout);
    model.run(run, data);
    return new Elimination(run.latents, run.potentials, run.routes, layout);
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    if (!Enumerated.discrete(site, prior)) {
      return continuous(site, prior);
    }
    int k = Enumerated.values(site, prior);
    boolean path = prior instanceof MarkovChain;
    Optional<MarkovChain> chain = path ? Optional.of((MarkovChain) prior) : Optional.empty();
    Enumerated latent = new Enumerated(site, latents.size(), k, layout.open(), chain);
    latents.add(latent);
    double[] numbers = new double[k];
    for (int i = 0; i < k; i++) {
      numbers[i] = i;
    }
    Shape shape = Shape.of(k);
    for (int i = 0; i < latent.axis() + base; i++) {
      shape = shape.append(1);
    }
    Tensor value = Arena.current().tensor(numbers, shape);
    values.put(value, latent);
    if (path) {
      return value.unsqueeze(-1).expand(shape.append(prior.eventShape()));
    }
    add(site, prior.logProb(value));
    return value;
  }

  /** A continuous latent; where its prior depends on a discrete one, only its density does. */
  private Tensor continuous(Latent site, Distribution prior) {
    int most = base + prior.eventShape().rank();
    boolean wide = false;
    for (Argument argument : prior.arguments()) {
      wide |= !latents.isEmpty() && argument.value().shape().rank() > most;
    }
    if (!wide) {
      return inner.sample(site, prior);
    }
    Support.Continuous support = Scoring.continuous(site, prior);
    Shape one = Shape.scalar();
    for (int i = 0; i < base; i++) {
      one = one.append(1);
    }
    Tensor zero = Arena.current().zeros(one.append(support.realShape(prior.eventShape())));
    if (support.toEvent(zero).value().shape().rank() > most) {
      throw new SiteException(
          site,
          " ("
              + prior.name()
              + "): its support depends on the discrete "
              + latents.stream().map(l -> l.site().name()).toList()
              + ", summed out before it. Likely fix: give the site a support that does not depend"
              + " on them.");
    }
    Tensor value = inner.sample(site, ImproperUniform.on(support, prior.eventShape()));
    factor(new Factor(site.name()), prior.logProb(value));
    return value;
  }

  private boolean plain(Tensor density) {
    return latents.isEmpty() || density.shape().rank() <= base;
  }

  private void add(Site site, Tensor density) {
    List<Observed> scored = site instanceof Observed o ? List.of(o) : List.of();
    potentials.add(new Potential(site, laid(density, 0), layout.open(), 0, scored));
  }

  /** With one row on every open plate, also where the density is the same on all of them. */
  private Tensor laid(Tensor density, int steps) {
    Tensor full = density.leadingTo(base + steps);
    Shape shape = full.shape();
    int first = shape.rank() - steps - layout.rank();
    for (int i = 0; i < layout.rank(); i++) {
      shape = shape.with(first + i, Math.max(shape.dim(first + i), layout.plateShape().dim(i)));
    }
    return full.expand(shape);
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    if (latents.isEmpty()) {
      inner.observe(site, likelihood, value);
      return;
    }
    if (likelihood instanceof Event event && stepwise(site, event, value)) {
      return;
    }
    Tensor density = likelihood.logProb(value);
    if (plain(density)) {
      inner.observe(site, likelihood, value);
    } else {
      add(site, density);
    }
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    Tensor density =
        latents.isEmpty()
            ? Tensor.number(0)
            : likelihood.logProb(Missing.filled(likelihood, value, present));
    if (plain(density)) {
      inner.observe(site, likelihood, value, present);
    } else {
      add(site, present.select(density, 0));
    }
  }

  /** Takes an event with one row per step of a chain; whether it is one. */
  private boolean stepwise(Observed site, Event event, Tensor value) {
    int rank = event.eventShape().rank() - event.base().eventShape().rank();
    for (Enumerated latent : latents) {
      int length = latent.chain().map(MarkovChain::length).orElse(-1);
      if (length == event.eventShape().dim(0)) {
        Tensor each = event.base().logProb(value);
        for (int i = 1; i < rank; i++) {
          each = each.sum(-1);
        }
        Potential potential = new Potential(site, laid(each, 1), layout.open(), 1, List.of(site));
        if (potential.uses(latent, base)) {
          Shape full = potential.density().shape();
          Tensor steps = potential.density().expand(full.with(full.rank() - 1, length));
          potentials.add(new Potential(site, steps, layout.open(), 1, List.of(site)));
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public Tensor derive(Derived site, Tensor value) {
    // Depends on a discrete latent, perhaps: read in posterior runs, where that has a value.
    return latents.isEmpty() ? inner.derive(site, value) : value;
  }

  @Override
  public void factor(Factor site, Tensor logDensity) {
    if (plain(logDensity)) {
      inner.factor(site, logDensity);
    } else {
      add(site, logDensity);
    }
  }

  @Override
  public void generated(Runnable body) {
    if (latents.isEmpty()) {
      inner.generated(body);
    }
  }

  @Override
  public <T> T plate(Plate plate, Supplier<T> body) {
    return inner.plate(plate, body);
  }

  @Override
  public Tensor gather(Tensor value, Plate from, Tensor index) {
    Enumerated latent = values.get(value);
    if (latent == null || !latent.plates().contains(from)) {
      return inner.gather(value, from, index);
    }
    // Every row takes every value: what matters is whose rows they are, when they are summed.
    Tensor known = routes.putIfAbsent(new Route(latent, layout.open()), index);
    if (known != null && known != index) {
      throw new SiteException(
          latent.site(),
          " is discrete, and two different rows of plate "
              + from
              + " are gathered for each row of "
              + layout.open()
              + ": it cannot be summed out row by row. Likely fix: gather it once, or make it"
              + " continuous.");
    }
    return value;
  }

  /** Whose rows the rows of some plates are: where the index of a gather is kept. */
  record Route(Enumerated latent, List<Plate> plates) {}
}
