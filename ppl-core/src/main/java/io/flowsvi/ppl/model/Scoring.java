package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Replays unconstrained values through a model and records the log density of each site.
 *
 * <p>At a latent it applies the support it meets there (an interval may end at 1 − alpha) and adds
 * its log-determinant to the prior's term. This is the hot path of a fit: it checks shapes, nothing
 * else.
 */
public final class Scoring implements Context {
  private final Layout layout;
  private final Map<Latent, Tensor> reals;
  private final int particles;
  private final List<Term> terms = new ArrayList<>();
  private int latents;

  private Scoring(Layout layout, Map<Latent, Tensor> reals, int particles) {
    this.layout = layout;
    this.reals = reals;
    this.particles = particles;
  }

  /** The terms of log p of a model at these values; each {@code [S] + plates}. */
  public static <D> Trace run(ModelStructure structure, Model<D> model, D data, Assignment values) {
    Arena arena = Arena.current();
    long before = arena.parameterReads();
    List<Term> terms = terms(structure, model, data, values);
    if (arena.parameterReads() == before) {
      return new Trace(terms, new Same(terms));
    }
    return new Trace(terms, () -> ParamStore.stopped(() -> terms(structure, model, data, values)));
  }

  /** The terms of a model that reads no parameter. */
  private record Same(List<Term> terms) implements Supplier<List<Term>> {
    @Override
    public List<Term> get() {
      return List.copyOf(terms);
    }
  }

  private static <D> List<Term> terms(
      ModelStructure structure, Model<D> model, D data, Assignment values) {
    Scoring scoring = new Scoring(structure.layout(), values.reals(), structure.particles(values));
    SummedOut.run(model, data, scoring, scoring.layout);
    scoring.checkComplete();
    return scoring.terms;
  }

  private void checkComplete() {
    if (latents != reals.size()) {
      List<Site> met = terms.stream().flatMap(t -> t.sites().stream()).toList();
      throw new PplException(
          "The model did not sample "
              + reals.keySet().stream().filter(l -> !met.contains(l)).map(Latent::name).toList()
              + " in this run, though it did when it was discovered. It must name the same sites in"
              + " every run.");
    }
  }

  static Scoring of(Layout layout, Map<Latent, Tensor> reals, int particles) {
    return new Scoring(layout, reals, particles);
  }

  Layout layout() {
    return layout;
  }

  List<Term> terms() {
    return terms;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    Tensor real = reals.get(site);
    if (real == null) {
      throw new SiteException(
          site,
          " is sampled by the model, but no value was proposed for it. The model must sample the"
              + " same latents in every run; known ones are "
              + reals.keySet().stream().map(Latent::name).toList()
              + ".");
    }
    latents++;
    Support.Continuous support = continuous(site, prior);
    Mapped mapped = support.toEvent(real);
    Tensor density = prior.logProb(mapped.value());
    if (!mapped.logDet().isNumber()) {
      density = density.plus(overEvent(mapped.logDet(), prior, support));
    }
    add(site, Term.Kind.PRIOR, prior, density, mapped.value());
    return mapped.value();
  }

  static Support.Continuous continuous(Latent site, Distribution prior) {
    if (prior.support() instanceof Support.Continuous continuous) {
      return continuous;
    }
    throw new SiteException(
        site,
        " ("
            + prior.name()
            + ") is discrete ("
            + prior.support().name()
            + "): what is asked of it needs a continuous latent. Likely fix: leave it out, or"
            + " observe it.");
  }

  /**
   * The log-determinant, which has event axes where the support is element-wise, summed to a batch.
   */
  static Tensor overEvent(Tensor logDet, Distribution prior, Support.Continuous support) {
    int extra = prior.eventShape().rank() - support.eventRank();
    int[] axes = new int[extra];
    for (int i = 0; i < extra; i++) {
      axes[i] = i - extra;
    }
    return extra == 0 ? logDet : logDet.sum(axes);
  }

  private void add(Site site, Term.Kind kind, Distribution d, Tensor density, Tensor value) {
    Shape shape = density.shape();
    // The usual case has the right shape already; the message is only built when it has not.
    Tensor checked =
        shape.rank() == layout.rank() + 1
                && shape.dim(0) == particles
                && shape.trailing(layout.rank()).equals(layout.plateShape())
            ? density
            : SiteShapes.density(
                site, d.name(), density, particles, layout, SiteShapes.details(d, value));
    terms.add(new Term(List.of(site), kind, checked, layout.open()));
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    add(site, Term.Kind.LIKELIHOOD, likelihood, likelihood.logProb(value), value);
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    Tensor safe = Missing.filled(likelihood, value, present);
    Tensor density = present.select(likelihood.logProb(safe), 0);
    add(site, Term.Kind.LIKELIHOOD, likelihood, density, value);
  }

  @Override
  public Tensor derive(Derived site, Tensor value) {
    return value;
  }

  @Override
  public void factor(Factor site, Tensor logDensity) {
    Tensor checked = SiteShapes.density(site, "factor", logDensity, particles, layout, "");
    terms.add(new Term(List.of(site), Term.Kind.FACTOR, checked, layout.open()));
  }

  @Override
  public void generated(Runnable body) {}

  @Override
  public Tensor sample(Generated site, Distribution distribution) {
    throw new SiteException(
        site,
        " is sampled outside ctx.generated(...). Likely fix: wrap it in ctx.generated(() -> ...).");
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
  public Tensor data(double[] values, Shape shape) {
    return layout.data(values, shape);
  }

  @Override
  public Tensor data(float[] values, Shape shape) {
    return layout.data(values, shape);
  }

  @Override
  public Tensor data(int[] values, Shape shape) {
    return layout.data(values, shape);
  }
}
