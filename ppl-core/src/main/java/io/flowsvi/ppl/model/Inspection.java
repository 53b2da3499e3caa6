package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The first run of a model: at zeros of unconstrained space, with every check there is. */
final class Inspection implements Context {
  /** Two particles: enough to tell a particle axis from a missing one. */
  private static final int PARTICLES = 2;

  private final Map<String, Integer> axes;
  private final Layout layout;
  private final Map<String, Plate> plates = new LinkedHashMap<>();
  private final List<LatentInfo> latents = new ArrayList<>();
  private final List<SiteInfo> sites = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private int offset;
  private boolean generating;
  private Optional<String> failed = Optional.empty();

  Inspection(Map<String, Integer> axes, int rank) {
    this.axes = axes;
    this.layout = new Layout(axes, rank);
  }

  /** A plate got a new axis: the run must begin again. */
  static final class AxesChanged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AxesChanged() {
      super(null, null, false, false);
    }
  }

  List<PlateAxis> plates() {
    List<PlateAxis> found = new ArrayList<>();
    for (Plate plate : plates.values()) {
      found.add(new PlateAxis(plate, axes.get(plate.name())));
    }
    return found;
  }

  List<LatentInfo> latents() {
    return latents;
  }

  List<SiteInfo> sites() {
    return sites;
  }

  /** Where the run is, for errors between sites. */
  String whereabouts() {
    String after =
        sites.isEmpty()
            ? "before any site"
            : "after site '" + sites.get(sites.size() - 1).site().name() + "'";
    return after + ", " + failed.orElse(layout.place());
  }

  private void enter(Site site, Shape event, String distribution) {
    if (!names.add(site.name())) {
      throw new SiteException(
          site,
          " appears twice in the model. Names must differ. Likely fix: in a loop use X.at(t), or"
              + " put the rows in a plate.");
    }
    sites.add(new SiteInfo(site, layout.open(), layout.plateShape(), event, distribution));
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    enter(site, prior.eventShape(), prior.name());
    if (Enumerated.discrete(site, prior)) {
      return states(site, prior);
    }
    Support.Continuous support = Scoring.continuous(site, prior);
    SiteChecks.rules(site, prior);
    Shape event = prior.eventShape();
    Shape real = support.realShape(event);
    LatentInfo info =
        new LatentInfo(
            site, layout.open(), layout.plateShape(), event, real, offset, support.name());
    latents.add(info);
    offset += info.size();
    Shape batch = Shape.of(PARTICLES).append(layout.plateShape());
    Mapped mapped = support.toEvent(Arena.current().zeros(batch.append(real)));
    Tensor density = score(site, prior, mapped.value());
    String details = SiteShapes.details(prior, mapped.value());
    SiteShapes.density(site, prior.name(), density, PARTICLES, layout, details);
    return mapped.value();
  }

  /** A discrete latent: the first of its values everywhere. */
  private Tensor states(Latent site, Distribution prior) {
    SiteChecks.rules(site, prior);
    Shape batch = Shape.of(PARTICLES).append(layout.plateShape());
    Tensor value = Arena.current().zeros(batch.append(prior.eventShape()));
    String details = SiteShapes.details(prior, value);
    SiteShapes.density(site, prior.name(), score(site, prior, value), PARTICLES, layout, details);
    return value;
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    enter(site, likelihood.eventShape(), likelihood.name());
    SiteShapes.observed(site, likelihood, value, layout);
    check(site, likelihood, value, score(site, likelihood, value), null);
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    enter(site, likelihood.eventShape(), likelihood.name());
    SiteShapes.observed(site, likelihood, value, layout);
    SiteChecks.present(site, present);
    Tensor safe = Missing.filled(likelihood, value, present);
    Tensor density = present.select(score(site, likelihood, safe), 0);
    check(site, likelihood, value, density, present.toDoubles());
  }

  private static Tensor score(Site site, Distribution distribution, Tensor value) {
    try {
      return distribution.logProb(value);
    } catch (ShapeException e) {
      throw new SiteException(
          site,
          " ("
              + distribution.name()
              + "): value and parameters do not broadcast. "
              + e.getMessage()
              + SiteShapes.parameters(distribution, value)
              + "\n"
              + "  Likely fix: read data inside the plate of their rows, and derive parameters"
              + " there.");
    }
  }

  private void check(
      Observed site, Distribution likelihood, Tensor value, Tensor density, double[] present) {
    String details = SiteShapes.details(likelihood, value);
    SiteShapes.density(site, likelihood.name(), density, PARTICLES, layout, details);
    SiteChecks.rules(site, likelihood);
    SiteChecks.data(site, likelihood, value, present, layout);
  }

  @Override
  public Tensor derive(Derived site, Tensor value) {
    Shape shape = value.shape();
    int lead = layout.rank() + 1;
    enter(site, shape.rank() > lead ? shape.slice(lead, shape.rank()) : Shape.scalar(), "");
    SiteValues.full(site, value, PARTICLES, layout);
    return value;
  }

  @Override
  public void factor(Factor site, Tensor logDensity) {
    enter(site, Shape.scalar(), "");
    SiteShapes.density(site, "factor", logDensity, PARTICLES, layout, "");
  }

  @Override
  public void generated(Runnable body) {
    generating = true;
    body.run();
    generating = false;
  }

  @Override
  public Tensor sample(Generated site, Distribution distribution) {
    if (!generating) {
      throw new SiteException(
          site,
          " is sampled outside ctx.generated(...). Likely fix: wrap it in ctx.generated(() ->"
              + " ...).");
    }
    enter(site, distribution.eventShape(), distribution.name());
    Shape batch = Shape.of(PARTICLES).append(layout.plateShape());
    return Arena.current().zeros(batch.append(distribution.eventShape()));
  }

  @Override
  public <T> T plate(Plate plate, Supplier<T> body) {
    Plate known = plates.putIfAbsent(plate.name(), plate);
    if (known != null && !known.equals(plate)) {
      String difference =
          known.size() == plate.size() && known.fullSize() == plate.fullSize()
              ? "has different row ids in two places"
              : known.size() == plate.size()
                  ? "has "
                      + known.fullSize()
                      + " rows in all in one place and "
                      + plate.fullSize()
                      + " in another"
                  : "has size "
                      + known.size()
                      + " in one place and "
                      + plate.size()
                      + " in another";
      throw new PplException(
          "Plate '"
              + plate.name()
              + "' "
              + difference
              + ". Likely fix: give different plates different names, or open one Plate object in"
              + " both places.");
    }
    List<Plate> open = layout.open();
    if (open.contains(plate)) {
      throw new PplException("Plate '" + plate.name() + "' is opened inside itself.");
    }
    Integer axis = axes.get(plate.name());
    boolean taken = false;
    int right = 0;
    for (Plate outer : open) {
      taken |= axes.get(outer.name()).equals(axis);
      right = Math.max(right, axes.get(outer.name()) + 1);
    }
    if (axis == null || taken) {
      // Right of every open plate: outer left of inner, and free.
      axes.put(plate.name(), right);
      throw new AxesChanged();
    }
    layout.push(plate);
    try {
      return body.get();
    } catch (ShapeException e) {
      failed = failed.or(() -> Optional.of(layout.place()));
      throw e;
    } finally {
      layout.pop();
    }
  }

  @Override
  public Tensor gather(Tensor value, Plate from, Tensor index) {
    double[] rows = index.toDoubles();
    for (int i = 0; i < rows.length; i++) {
      if (!(rows[i] >= 0 && rows[i] < from.size() && rows[i] == Math.rint(rows[i]))) {
        throw new PplException(
            "gather from plate "
                + from
                + ": the index is "
                + rows[i]
                + " at element "
                + i
                + ", expected whole numbers from 0 to "
                + (from.size() - 1)
                + ". Likely fix: indices count from 0; subtract 1 from Stan's or R's.");
      }
    }
    return layout.gather(value, from, index, PARTICLES);
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
