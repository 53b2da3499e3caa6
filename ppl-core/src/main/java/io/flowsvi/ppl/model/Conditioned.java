package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Fixes latents to values: conditioned (their prior still counts) or intervened on (it does not).
 *
 * <p>Values are given as the site's plates in the order they are opened, then its event, row-major.
 * A conditioned latent is an {@link Observed} site of the same name: in predictive runs it is
 * replicated as other data are. One intervened on is a {@link Derived} site of that name.
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

  private final Roll roll;

  private Conditioned(Context inner, Map<Latent, double[]> values, Mode mode, Roll roll) {
    this.inner = inner;
    this.values = values;
    this.mode = mode;
    this.roll = roll;
  }

  private static <D> Model<D> of(
      Model<D> model, Map<Latent, double[]> values, Mode mode, String effect) {
    Map<Latent, double[]> copy = new LinkedHashMap<>();
    values.forEach((site, numbers) -> copy.put(site, numbers.clone()));
    return (ctx, data) -> {
      Roll roll = new Roll(effect, copy.keySet());
      model.run(new Conditioned(ctx, copy, mode, roll), data);
      roll.close();
    };
  }

  /** The model with these latents observed. A run throws where it has no such latent. */
  public static <D> Model<D> condition(Model<D> model, Map<Latent, double[]> values) {
    return of(model, values, Mode.CONDITION, "Conditioned.condition");
  }

  /**
   * The model with these latents set from outside: do(site = value). A run throws where it has no
   * such latent.
   */
  public static <D> Model<D> intervene(Model<D> model, Map<Latent, double[]> values) {
    return of(model, values, Mode.INTERVENE, "Conditioned.intervene");
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    if (!roll.calls(site)) {
      return inner.sample(site, prior);
    }
    double[] fixed = values.get(site);
    Shape shape = Shape.scalar();
    for (Plate plate : open) {
      shape = shape.append(plate.size());
    }
    shape = shape.append(prior.eventShape());
    if (fixed.length != shape.size()) {
      throw new SiteException(
          site,
          ": it is fixed to "
              + fixed.length
              + " numbers, expected "
              + shape.size()
              + " "
              + shape
              + ".");
    }
    Tensor value = inner.data(fixed, shape);
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
