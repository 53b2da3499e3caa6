package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs a model forward: latents replayed from a posterior or drawn from their priors; derived,
 * observed and generated sites recorded.
 *
 * <p>Every value is recorded as {@code [S] + plates + event}, under the site's name.
 */
public final class Simulation implements Context {
  /** What is done at observed sites. */
  public enum Observations {
    /** Nothing: only latents and derived values are wanted. */
    SKIP,
    /** Draw replicates from the likelihood. */
    REPLICATE,
    /** Record the log likelihood of the data, per row, never scaled. */
    SCORE
  }

  private final Layout layout;
  private final Optional<Assignment> posterior;
  private final int particles;
  private final Seed seed;
  private final Observations observations;
  private final Map<String, Tensor> values = new LinkedHashMap<>();
  private final Map<Latent, Tensor> states = new LinkedHashMap<>();
  private final Map<Site, Optional<Tensor>> marginals = new LinkedHashMap<>();

  private Simulation(
      Layout layout,
      Optional<Assignment> posterior,
      int particles,
      Seed seed,
      Observations observations) {
    this.layout = layout;
    this.posterior = posterior;
    this.particles = particles;
    this.seed = seed;
    this.observations = observations;
  }

  /** Draws everything from the priors: prior predictive values by site name. */
  public static <D> Map<String, Tensor> prior(
      ModelStructure structure, Model<D> model, D data, int particles, Seed seed) {
    Simulation run =
        new Simulation(
            structure.layout(), Optional.empty(), particles, seed, Observations.REPLICATE);
    model.run(run, data);
    return run.values;
  }

  /** Replays unconstrained posterior draws: values by site name. */
  public static <D> Map<String, Tensor> posterior(
      ModelStructure structure,
      Model<D> model,
      D data,
      Assignment draws,
      Seed seed,
      Observations observations) {
    int particles = structure.particles(draws);
    Simulation run =
        new Simulation(structure.layout(), Optional.of(draws), particles, seed, observations);
    if (!structure.discrete().isEmpty()) {
      run.drawStates(structure, model, data);
    }
    model.run(run, data);
    return run.values;
  }

  /** Draws the latents that were summed out, so that the model then runs as it is written. */
  private <D> void drawStates(ModelStructure structure, Model<D> model, D data) {
    Simulation replay =
        new Simulation(structure.layout(), posterior, particles, seed, Observations.SKIP);
    Elimination elimination = SummedOut.enumerate(model, data, replay, replay.layout);
    states.putAll(StateDraws.of(elimination, replay, particles, replay::key));
    for (Potential sum : elimination.sums()) {
      for (Observed site : sum.scored()) {
        boolean rows = sum.scored().size() == 1;
        boolean own = structure.site(site.name()).plates().equals(sum.plates());
        marginals.put(site, rows && own ? Optional.of(sum.density()) : Optional.empty());
      }
    }
  }

  private Tensor score(Observed site, Supplier<Tensor> conditional) {
    if (!marginals.containsKey(site)) {
      return conditional.get();
    }
    return marginals
        .get(site)
        .orElseThrow(
            () ->
                new SiteException(
                    site,
                    " has no log likelihood row by row: its rows hang together, or with another"
                        + " site's, by a discrete latent that is summed out. Likely fix: take the"
                        + " evidence of the whole."));
  }

  private Tensor record(Site site, Tensor value) {
    values.put(site.name(), SiteValues.full(site, value, particles, layout));
    return value;
  }

  private Seed key(Site site) {
    Seed own = seed.fold(site.name());
    // Rows of the outermost axis have keys of their own, so that a row's noise, plates inside it
    // included, is the same in any batch.
    for (Plate plate : layout.open()) {
      if (layout.axis(plate) == 0) {
        return own.rows(plate.rowIds());
      }
    }
    return own;
  }

  private Shape batch() {
    return Shape.of(particles).append(layout.plateShape());
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    if (posterior.isEmpty()) {
      return record(site, prior.sample(key(site), batch()));
    }
    if (states.containsKey(site)) {
      return record(site, states.get(site));
    }
    Tensor real = posterior.get().reals().get(site);
    if (real == null) {
      throw new SiteException(
          site, " has no posterior draws: it was not in the model that was fitted.");
    }
    return record(site, Scoring.continuous(site, prior).toEvent(real).value());
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    switch (observations) {
      case SKIP -> {}
      case REPLICATE -> record(site, likelihood.sample(key(site), batch()));
      case SCORE -> record(site, score(site, () -> likelihood.logProb(value)));
    }
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    if (observations == Observations.SCORE) {
      Tensor safe = Missing.filled(likelihood, value, present);
      record(site, score(site, () -> present.select(likelihood.logProb(safe), 0)));
    } else {
      observe(site, likelihood, value);
    }
  }

  @Override
  public Tensor derive(Derived site, Tensor value) {
    return record(site, value);
  }

  @Override
  public void factor(Factor site, Tensor logDensity) {}

  @Override
  public void generated(Runnable body) {
    if (observations == Observations.REPLICATE) {
      body.run();
    }
  }

  @Override
  public Tensor sample(Generated site, Distribution distribution) {
    if (observations != Observations.REPLICATE) {
      throw new PplException(
          "Generated site '" + site.name() + "' is sampled outside ctx.generated(...).");
    }
    return record(site, distribution.sample(key(site), batch()));
  }

  @Override
  public <T> T plate(Plate plate, Supplier<T> body) {
    layout.push(plate);
    try {
      return body.get();
    } finally {
      layout.pop();
    }
  }

  @Override
  public Tensor gather(Tensor value, Plate from, Tensor index) {
    return layout.gather(value, from, index, particles);
  }

  @Override
  public Tensor data(double[] numbers, Shape shape) {
    return layout.data(numbers, shape);
  }

  @Override
  public Tensor data(float[] numbers, Shape shape) {
    return layout.data(numbers, shape);
  }

  @Override
  public Tensor data(int[] numbers, Shape shape) {
    return layout.data(numbers, shape);
  }
}
