package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Fixes latents to values: conditioned (their prior still counts) or intervened on (it does not).
 *
 * <p>Values are given as the site's plates, then its event, row-major.
 */
public final class Conditioned implements ContextDecorator {
  private enum Mode {
    CONDITION,
    INTERVENE
  }

  private final Context inner;
  private final Map<Latent, double[]> values;
  private final Mode mode;
  private final List<Plate> open = new ArrayList<>();

  private Conditioned(Context inner, Map<Latent, double[]> values, Mode mode) {
    this.inner = inner;
    this.values = Map.copyOf(values);
    this.mode = mode;
  }

  /** The model with these latents observed. */
  public static <D> Model<D> condition(Model<D> model, Map<Latent, double[]> values) {
    return (ctx, data) -> model.run(new Conditioned(ctx, values, Mode.CONDITION), data);
  }

  /** The model with these latents set from outside: do(site = value). */
  public static <D> Model<D> intervene(Model<D> model, Map<Latent, double[]> values) {
    return (ctx, data) -> model.run(new Conditioned(ctx, values, Mode.INTERVENE), data);
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    Optional<double[]> fixed = Optional.ofNullable(values.get(site));
    if (fixed.isEmpty()) {
      return inner.sample(site, prior);
    }
    Shape shape = Shape.scalar();
    for (Plate plate : open) {
      shape = shape.append(plate.size());
    }
    shape = shape.append(prior.eventShape());
    if (fixed.get().length != shape.size()) {
      throw new SiteException(
          site,
          ": it is fixed to "
              + fixed.get().length
              + " numbers, expected "
              + shape.size()
              + " "
              + shape
              + ".");
    }
    Tensor value = inner.data(fixed.get(), shape);
    if (mode == Mode.CONDITION) {
      inner.observe(new Observed(site.name()), prior, value);
    } else {
      inner.derive(new Derived(site.name()), value);
    }
    return value;
  }

  @Override
  public <T> T plate(Plate plate, Supplier<T> body) {
    open.add(plate);
    try {
      return inner.plate(plate, body);
    } finally {
      open.remove(open.size() - 1);
    }
  }
}
