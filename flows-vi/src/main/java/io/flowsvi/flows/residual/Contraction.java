package io.flowsvi.flows.residual;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network g from D to D dimensions that brings points nearer: ‖g(x) − g(y)‖ ≤ L ‖x − y‖, L &lt;
 * 1, for any weights.
 *
 * <p>g(x) = W_n φ(… φ(W_1 x + C c + b_1) …) + b_n; x and g are {@code [..., D]}, the context c is
 * {@code [..., C]}. Each W is used as W/max(1, σ/limit), so L = limit^n, as φ has slopes of at most
 * 1. The context's weights are free: they move g without stretching it. W_n starts at 0, and with
 * it g. Behrmann, Grathwohl, Chen, Duvenaud and Jacobsen (2019), eq. 2 and section 2.1; scaled only
 * above the limit as in Chen, Behrmann, Duvenaud and Jacobsen (2019), appendix E.
 */
public final class Contraction {
  private static final double SWISH_START = 0.5;

  private final int dim;
  private final ContractionSettings settings;
  private final List<Param> weights = new ArrayList<>();
  private final List<Param> biases = new ArrayList<>();
  private final List<Param> swish = new ArrayList<>();
  private final Optional<Param> contextWeight;

  private Contraction(ParamScope scope, int dim, ContractionSettings settings) {
    this.dim = dim;
    this.settings = settings;
    int inputs = dim;
    int last = settings.hidden().size();
    for (int i = 0; i <= last; i++) {
      int outputs = i == last ? dim : settings.hidden().get(i);
      // A normal matrix has a largest singular value of about σ(√n + √m): started at the limit, a
      // step moves what is used; started above, W/σ moves as much slower as W is larger.
      double start = settings.limit() / (Math.sqrt(inputs) + Math.sqrt(outputs));
      Init init = i == last ? Init.zeros() : Init.normal(start);
      weights.add(scope.param("w" + i, Shape.of(outputs, inputs), init));
      biases.add(scope.param("b" + i, Shape.of(outputs), Init.zeros()));
      if (i < last && settings.activation() == UnitSlope.LIP_SWISH) {
        swish.add(scope.param("beta" + i, Shape.of(1), Init.constant(SWISH_START)));
      }
      inputs = outputs;
    }
    int size = settings.context();
    int first = settings.hidden().get(0);
    this.contextWeight =
        size == 0
            ? Optional.empty()
            : Optional.of(
                scope.param("c0", Shape.of(first, size), Init.normal(1 / Math.sqrt(size))));
  }

  /** A network of D dimensions. */
  public static Contraction of(ParamScope scope, int dim, ContractionSettings settings) {
    return new Contraction(scope, dim, settings);
  }

  /** D. */
  public int dim() {
    return dim;
  }

  /** The size of the context, 0 for none. */
  public int context() {
    return settings.context();
  }

  /** L: what g multiplies distances by at most. */
  public double lipschitz() {
    return Math.pow(settings.limit(), weights.size());
  }

  /** g with its weights limited, in the current arena. */
  BoundContraction bind(Optional<Tensor> context) {
    List<Tensor> limited = new ArrayList<>();
    for (Param weight : weights) {
      limited.add(SpectralBound.limited(weight.value(), settings.limit()));
    }
    List<Tensor> shifts = new ArrayList<>(biases.stream().map(Param::value).toList());
    context.ifPresent(c -> shifts.set(0, shifts.get(0).plus(shift(c))));
    List<Tensor> steepness = swish.stream().map(p -> p.value().softplus()).toList();
    return new BoundContraction(settings.activation(), limited, shifts, steepness);
  }

  private Tensor shift(Tensor c) {
    Tensor w = contextWeight.orElseThrow().value();
    return c.shape().rank() == 1 ? w.matvec(c) : c.matmulTransposed(w);
  }
}
