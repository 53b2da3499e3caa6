package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A fully connected network as velocity; its last layer starts at 0, so that the flow starts as the
 * identity.
 *
 * <p>f(x, t) = W h + b, h through the hidden layers of {@link FieldSettings}. The weights are the
 * network's own. The layout has what is given: a context, which shifts every hidden layer, so that
 * an amortised field stays as soft as its weights; and, with a rank K, U, V and a bias for each
 * layer, whose weights are then W + U Vᵀ. Where these differ from row to row, the exact divergence
 * takes D tangents. Grathwohl et al. (2019), section 4.2 and appendix B.
 */
public final class FieldNet implements Dynamics {
  private final FieldSettings settings;
  private final List<Slab> slabs = new ArrayList<>();

  /** The parameters of one affine layer. */
  private record Slab(
      Param weight,
      Param bias,
      Param shift,
      Optional<Param> gate,
      Optional<Param> gateBias,
      Optional<Param> context) {}

  private FieldNet(FieldSettings settings, ParamScope scope) {
    this.settings = settings;
    List<Integer> sizes = new ArrayList<>(settings.hidden());
    sizes.add(0, settings.dim());
    sizes.add(settings.dim());
    for (int k = 0; k + 1 < sizes.size(); k++) {
      boolean last = k + 2 == sizes.size();
      Shape out = Shape.of(sizes.get(k + 1));
      double spread = k == 0 ? settings.spread() : 1;
      Init start = last ? Init.zeros() : Init.normal(spread / Math.sqrt(sizes.get(k)));
      // Units that all bend at the origin would leave the rest of the space alike.
      double bias = settings.spread() / (k == 0 ? 2 : 8);
      boolean squash = settings.time() == FieldSettings.Time.SQUASH;
      boolean sees = !last && settings.context() > 0;
      Init of = Init.normal(1 / Math.sqrt(Math.max(1, settings.context())));
      slabs.add(
          new Slab(
              scope.param("w" + k, Shape.of(sizes.get(k + 1), sizes.get(k)), start),
              scope.param("b" + k, out, last ? Init.zeros() : Init.normal(bias)),
              scope.param("shift" + k, out, Init.zeros()),
              optional(squash, scope, "gate" + k, out, Init.zeros()),
              optional(squash, scope, "gateBias" + k, out, Init.zeros()),
              optional(sees, scope, "context" + k, out.append(settings.context()), of)));
    }
  }

  private static Optional<Param> optional(
      boolean wanted, ParamScope scope, String name, Shape shape, Init init) {
    return wanted ? Optional.of(scope.param(name, shape, init)) : Optional.empty();
  }

  /** A network of these settings. */
  public static FieldNet of(FieldSettings settings, ParamScope scope) {
    return new FieldNet(settings, scope);
  }

  @Override
  public int dim() {
    return settings.dim();
  }

  @Override
  public ParamLayout layout() {
    ParamLayout layout = ParamLayout.context(settings.context());
    for (int k = 0; settings.rank() > 0 && k < slabs.size(); k++) {
      Shape weight = slabs.get(k).weight().shape();
      layout =
          layout
              .and("left" + k, Shape.of(weight.dim(0), settings.rank()))
              .and("right" + k, Shape.of(weight.dim(1), settings.rank()))
              .and("bias" + k, Shape.of(weight.dim(0)));
    }
    return layout;
  }

  /** U and biases 0, V not: nothing is added at first, and U has a gradient. */
  @Override
  public Init init() {
    return (layout, seed, values) -> {
      for (Slice slice : layout.slices()) {
        if (slice.name().startsWith("right")) {
          double[] own = new double[slice.shape().size()];
          Init start = Init.normal(1 / Math.sqrt(slice.shape().dim(0)));
          start.fill(layout, seed.fold(slice.name()), own);
          System.arraycopy(own, 0, values, slice.offset(), own.length);
        }
      }
    };
  }

  @Override
  public VectorField bind(Values values) {
    List<BoundNet.Affine> layers = new ArrayList<>();
    for (int k = 0; k < slabs.size(); k++) {
      Slab slab = slabs.get(k);
      Tensor weight = slab.weight().value();
      Tensor bias = slab.bias().value();
      Optional<LowRank> added = added(k, values);
      if (added.isPresent() && added.get().left().shape().rank() == 2) {
        // The same for all rows: one matrix, and its quick divergence.
        LowRank same = added.get();
        weight = weight.plus(same.left().matmulTransposed(same.right()));
        bias = bias.plus(same.bias());
        added = Optional.empty();
      }
      layers.add(
          new BoundNet.Affine(
              weight,
              bias,
              slab.shift().value(),
              slab.gate().map(Param::value),
              slab.gateBias().map(Param::value),
              slab.context().map(c -> shifted(values.get(ParamLayout.CONTEXT), c.value())),
              added));
    }
    return new BoundNet(settings, layers);
  }

  private Optional<LowRank> added(int k, Values values) {
    return settings.rank() == 0
        ? Optional.empty()
        : Optional.of(
            new LowRank(values.get("left" + k), values.get("right" + k), values.get("bias" + k)));
  }

  private static Tensor shifted(Tensor context, Tensor weight) {
    return context.shape().rank() == 1 ? weight.matvec(context) : context.matmulTransposed(weight);
  }
}
