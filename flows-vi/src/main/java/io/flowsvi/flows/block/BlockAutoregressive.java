package io.flowsvi.flows.block;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Layer;
import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One network that is itself monotone: coordinate i is an increasing function of x_i, formed by
 * those before it.
 *
 * <p>y = (1 − α) x + α f(x), f = W_n tanh(… tanh(W_1 x + C c + b_1) …) + b_n with block triangular
 * W, positive on the diagonal blocks, A units a coordinate; α = sigmoid(gate), one a coordinate.
 * log|det| = Σ log(1 − α + α ∂f_i/∂x_i), ∂f_i/∂x_i a product of diagonal blocks and slopes, taken
 * in logarithms. x is {@code [..., D]}, the log-det {@code [...]}. Forward is one pass. tanh alone
 * would bound the image and with it the tails; the share (1 − α) x makes it the whole line, so that
 * densities are of every real vector. The inverse has no closed form, hence a {@link Layer}: {@link
 * #withBisection()} says so. The weights are the layer's own; the layout is the context only, where
 * there is one. Starts near the identity. De Cao, Titov and Aziz (2019), eq. 8 to 13.
 */
public final class BlockAutoregressive implements Layer {
  /** α = 0.12: a small share of f, which still sees a gradient. */
  private static final double GATE_START = -2;

  private final int dim;
  private final int context;
  private final List<BlockLinear> linears = new ArrayList<>();
  private final Param gate;
  private final Optional<Param> contextWeight;

  private BlockAutoregressive(int dim, int hidden, int units, int context, ParamScope scope) {
    if (hidden < 1 || units < 1 || context < 0) {
      throw new LayerException(
          "BlockAutoregressive needs at least 1 hidden layer of at least 1 unit a coordinate and no"
              + " negative context, got "
              + hidden
              + ", "
              + units
              + " and "
              + context
              + ".");
    }
    this.dim = dim;
    this.context = context;
    for (int l = 0; l <= hidden; l++) {
      int inputs = l == 0 ? 1 : units;
      int outputs = l == hidden ? 1 : units;
      linears.add(new BlockLinear(scope, String.valueOf(l), dim, inputs, outputs));
    }
    this.gate = scope.param("gate", Shape.of(dim), Init.constant(GATE_START));
    this.contextWeight =
        context == 0
            ? Optional.empty()
            : Optional.of(
                scope.param(
                    "c", Shape.of(dim * units, context), Init.normal(1 / Math.sqrt(context))));
  }

  /** Hidden layers of so many units a coordinate. */
  public static BlockAutoregressive of(int dim, int hidden, int units, ParamScope scope) {
    return new BlockAutoregressive(dim, hidden, units, 0, scope);
  }

  /** As {@link #of(int, int, int, ParamScope)}, and a context of a size. */
  public static BlockAutoregressive of(
      int dim, int hidden, int units, int context, ParamScope scope) {
    return new BlockAutoregressive(dim, hidden, units, context, scope);
  }

  @Override
  public int dim() {
    return dim;
  }

  @Override
  public ParamLayout layout() {
    return ParamLayout.context(context);
  }

  @Override
  public Transform bind(Values values) {
    return map(values);
  }

  private BlockMap map(Values values) {
    Optional<Tensor> shift =
        contextWeight.map(
            p -> {
              Tensor c = values.get(ParamLayout.CONTEXT);
              return c.shape().rank() == 1 ? p.value().matvec(c) : c.matmulTransposed(p.value());
            });
    return new BlockMap(linears.stream().map(BlockLinear::bind).toList(), gate.value(), shift);
  }

  /**
   * This layer with its inverse, coordinate after coordinate: a bracket that is certain, 32
   * halvings and two Newton steps, with the gradient of the implicit function. A halving costs the
   * A² of one coordinate, all of them together about 64/D passes, D·40 operations one after the
   * other.
   */
  public BijectiveLayer withBisection() {
    return BijectiveLayer.of(this, this::map);
  }
}
