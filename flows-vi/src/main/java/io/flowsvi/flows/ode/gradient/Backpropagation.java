package io.flowsvi.flows.ode.gradient;

import io.flowsvi.flows.ode.Solution;
import io.flowsvi.flows.ode.Solver;
import io.flowsvi.flows.ode.VectorField;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import java.util.function.Supplier;

/**
 * Through the steps of the solver, all on one tape: the exact gradient of what the solver computes.
 * Memory grows with the number of evaluations.
 *
 * @param solver of the solve
 */
public record Backpropagation(Solver solver) implements SolveGradient {
  @Override
  public Gradient of(
      ParamStore store,
      double[] gradient,
      Supplier<VectorField> field,
      double[] x,
      Shape shape,
      Terminal terminal) {
    return Tape.gradient(
        store,
        gradient,
        x,
        shape,
        start -> {
          Solution end = solver.solve(field.get(), 0, 1, start);
          return terminal.loss(end.value(), end.integral().expand(shape.leading(-1)));
        });
  }
}
