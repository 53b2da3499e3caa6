package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Optional;

/**
 * A masked network: output i of each group sees only inputs 1 … i − 1.
 *
 * <p>One hidden layer; hidden units have degrees 1 … D − 1 (0 … D − 1 with a context) in ascending
 * order, so that masks are block triangular; unit k sees inputs of degree ≤ its own, output i sees
 * units of degree &lt; i. The output is {@code [..., 2D]}: D first numbers, then D second ones. A
 * context enters unmasked, and reaches every output. With D = 1 the outputs are biases (and the
 * context's). Germain, Gregor, Murray and Larochelle (2015), section 4.
 */
public final class Made {
  private static final double OUTPUT_SCALE = 0.01;

  private final int dim;
  private final int hidden;
  private final int context;
  private final Activation activation;
  private final double[] inputMask;
  private final double[] outputMask;
  private final Param w1;
  private final Param b1;
  private final Param w2;
  private final Param b2;
  private final Optional<Param> contextWeight;

  Made(
      ParamScope scope,
      int dim,
      int context,
      Activation activation,
      double[] inputMask,
      double[] outputMask) {
    this.dim = dim;
    this.hidden = inputMask.length / dim;
    this.context = context;
    this.activation = activation;
    this.inputMask = inputMask;
    this.outputMask = outputMask;
    double first = 1 / Math.sqrt(dim);
    this.w1 = scope.param("w1", Shape.of(hidden, dim), Init.normal(first));
    this.b1 = scope.param("b1", Shape.of(hidden), Init.zeros());
    this.w2 =
        scope.param("w2", Shape.of(2 * dim, hidden), Init.normal(OUTPUT_SCALE / Math.sqrt(hidden)));
    this.b2 = scope.param("b2", Shape.of(2 * dim), Init.zeros());
    this.contextWeight =
        context == 0
            ? Optional.empty()
            : Optional.of(
                scope.param("c1", Shape.of(hidden, context), Init.normal(1 / Math.sqrt(context))));
  }

  /** One hidden layer of tanh units, no context. */
  public static Made of(ParamScope scope, int dim, int hidden) {
    return of(scope, dim, hidden, 0, Activation.TANH);
  }

  /** One hidden layer, and a context of a size (0 for none). */
  public static Made of(ParamScope scope, int dim, int hidden, int context, Activation activation) {
    // Degrees go from here to D − 1. Units of degree 0 see the context only: without them the first
    // output of each group would not.
    int lowest = dim == 1 || context > 0 ? 0 : 1;
    int least = dim - lowest;
    if (hidden < least) {
      throw new ParameterException(
          "MADE '"
              + scope.prefix()
              + "' on "
              + dim
              + " dimensions"
              + (context == 0 ? "" : " with a context")
              + " needs at least "
              + least
              + " hidden units, got "
              + hidden
              + ": with fewer, some inputs would be dropped.");
    }
    double[] in = new double[hidden * dim];
    double[] out = new double[2 * dim * hidden];
    for (int k = 0; k < hidden; k++) {
      // Ascending, and as even as they can be.
      int degree = lowest + (int) ((long) k * least / hidden);
      for (int i = 0; i < dim; i++) {
        in[k * dim + i] = i + 1 <= degree ? 1 : 0;
        double sees = degree < i + 1 ? 1 : 0;
        out[i * hidden + k] = sees;
        out[(dim + i) * hidden + k] = sees;
      }
    }
    return new Made(scope, dim, context, activation, in, out);
  }

  /** D. */
  public int dim() {
    return dim;
  }

  /** The size of the context, 0 for none. */
  public int context() {
    return context;
  }

  /** x {@code [..., D]} to {@code [..., 2D]}. */
  public Tensor apply(Tensor x, Optional<Tensor> given) {
    Arena arena = Arena.current();
    Tensor first = w1.value().times(arena.fixed(inputMask, Shape.of(hidden, dim)));
    Tensor second = w2.value().times(arena.fixed(outputMask, Shape.of(2 * dim, hidden)));
    Tensor pre = x.affine(first, b1.value());
    if (given.isPresent()) {
      Tensor c = given.get();
      Tensor shift =
          c.shape().rank() == 1
              ? contextWeight.orElseThrow().value().matvec(c)
              : c.matmulTransposed(contextWeight.orElseThrow().value());
      pre = pre.plus(shift);
    }
    return activation.apply(pre).affine(second, b2.value());
  }
}
