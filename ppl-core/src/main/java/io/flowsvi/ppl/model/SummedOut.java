package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Binary;
import io.flowsvi.ppl.dist.Category;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Support;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Sums discrete latents out of a model that is left as it is written.
 *
 * <p>A latent z with values 0 to K − 1 (or 0 and 1), sampled inside a plate, becomes a tensor with
 * an axis of all its values, left of the particles: {@code [K] + [S] + plates}. Likelihoods that
 * use it have that axis, too; at the end of the plate log Σ_z p(z) Π p(y | z) takes their place, as
 * a factor with the latent's name. Several such latents of one plate are summed out together, at
 * the product of their K. What depends on z must be observed in the same plate; z itself and those
 * observations have no draws afterwards.
 */
public final class SummedOut implements ContextDecorator {
  private final Context inner;
  private final Deque<Scope> scopes = new ArrayDeque<>();
  private final List<Plate> open = new ArrayList<>();

  private SummedOut(Context inner) {
    this.inner = inner;
  }

  /** What one plate has collected. */
  private static final class Scope {
    private final List<Latent> sites = new ArrayList<>();
    private final List<Tensor> terms = new ArrayList<>();
  }

  /** The model without its discrete latents; the same model where it has none. */
  public static <D> Model<D> of(Model<D> model) {
    return (ctx, data) -> model.run(new SummedOut(ctx), data);
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    int k = categories(prior.support());
    if (k == 0) {
      refuseDependence(site, prior);
      return inner.sample(site, prior);
    }
    if (open.isEmpty() || prior.eventShape().rank() > 0) {
      throw new SiteException(
          site,
          " ("
              + prior.name()
              + ") is discrete and is sampled "
              + (open.isEmpty() ? "outside any plate" : "as a vector")
              + ": it cannot be summed out row by row. Likely fix: sample one in each row of a"
              + " plate, or use a Mixture or HiddenChain.");
    }
    Scope scope = scopes.element();
    int rank = rows().shape().rank() + 1 + scope.sites.size();
    List<Tensor> each = new ArrayList<>();
    for (int value = 0; value < k; value++) {
      each.add(lifted(prior.logProb(Tensor.number(value)), rank));
    }
    scope.terms.add(Tensor.stack(each, 0));
    scope.sites.add(site);
    double[] values = new double[k];
    Shape shape = Shape.of(k);
    for (int i = 0; i < k; i++) {
      values[i] = i;
    }
    for (int i = 0; i < rank; i++) {
      shape = shape.append(1);
    }
    return io.flowsvi.ppl.tensor.Arena.current().tensor(values, shape);
  }

  private static int categories(Support support) {
    if (support instanceof Category category) {
      return category.categories();
    }
    return support instanceof Binary ? 2 : 0;
  }

  /** Zeros laid on the open plates. */
  private Tensor rows() {
    Shape shape = Shape.scalar();
    for (Plate plate : open) {
      shape = shape.append(plate.size());
    }
    return inner.data(new double[shape.size()], shape);
  }

  /** With axes of size 1 in front. */
  private static Tensor lifted(Tensor density, int rank) {
    Shape shape = density.shape();
    while (shape.rank() < rank) {
      shape = shape.insert(0, 1);
    }
    return density.reshape(shape);
  }

  private boolean enumerating() {
    return !scopes.isEmpty() && !scopes.element().sites.isEmpty();
  }

  private void refuseDependence(Latent site, Distribution prior) {
    if (!enumerating()) {
      return;
    }
    int rank = rows().shape().rank() + 1 + prior.eventShape().rank();
    for (Argument argument : prior.arguments()) {
      if (argument.value().shape().rank() > rank) {
        throw new SiteException(
            site,
            " ("
                + prior.name()
                + ") is continuous and its parameter '"
                + argument.name()
                + "' depends on the discrete "
                + scopes.element().sites.stream().map(Latent::name).toList()
                + ", which is summed out before it. Likely fix: sample one such latent for each"
                + " category, and choose among them in the likelihood.");
      }
    }
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    if (!enumerating()) {
      inner.observe(site, likelihood, value);
      return;
    }
    take(site, likelihood, value, likelihood.logProb(value));
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    if (!enumerating()) {
      inner.observe(site, likelihood, value, present);
      return;
    }
    Tensor safe = Missing.filled(likelihood, value, present);
    take(site, likelihood, value, present.select(likelihood.logProb(safe), 0));
  }

  private void take(Observed site, Distribution likelihood, Tensor value, Tensor density) {
    if (density.shape().rank() <= rows().shape().rank() + 1) {
      inner.observe(site, likelihood, value);
      return;
    }
    scopes.element().terms.add(density);
  }

  @Override
  public <T> T plate(Plate plate, Supplier<T> body) {
    if (enumerating()) {
      throw new SiteException(
          scopes.element().sites.get(0),
          " is discrete, and plate '"
              + plate.name()
              + "' is opened inside its own: what depends on it must be observed in the same plate."
              + " Likely fix: give the rows of the inner plate as one event.");
    }
    return inner.plate(
        plate,
        () -> {
          open.add(plate);
          scopes.push(new Scope());
          try {
            T result = body.get();
            flush();
            return result;
          } finally {
            scopes.pop();
            open.remove(open.size() - 1);
          }
        });
  }

  private void flush() {
    Scope scope = scopes.element();
    int axes = scope.sites.size();
    if (axes == 0) {
      return;
    }
    Tensor rows = rows();
    Tensor total = rows;
    for (Tensor term : scope.terms) {
      total = total.plus(term);
    }
    int[] summed = new int[axes];
    for (int i = 0; i < axes; i++) {
      summed[i] = i;
    }
    inner.factor(new Factor(scope.sites.get(0).name()), total.logSumExp(summed));
  }
}
