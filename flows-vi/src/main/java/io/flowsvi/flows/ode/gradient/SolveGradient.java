package io.flowsvi.flows.ode.gradient;

import io.flowsvi.flows.ode.VectorField;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Shape;
import java.util.function.Supplier;

/**
 * A way to the gradient of a loss at the end of a solve, towards the field's parameters and the
 * points it starts from. For engines that compute at once.
 */
public sealed interface SolveGradient permits Backpropagation, Checkpoints, Adjoint {
  /**
   * The loss of points that travel from time 0 to 1, and its gradient towards the points.
   *
   * @param gradient of {@code store.size()}: the gradient towards the parameters is added
   * @param field made anew in each piece of the computation, so that it binds its parameters there
   * @param x the points, row by row
   * @param shape {@code [N, D]}
   */
  Gradient of(
      ParamStore store,
      double[] gradient,
      Supplier<VectorField> field,
      double[] x,
      Shape shape,
      Terminal terminal);
}
