package io.flowsvi.flows.ode.gradient;

import io.flowsvi.flows.ode.FixedSteps;
import io.flowsvi.flows.ode.Solution;
import io.flowsvi.flows.ode.VectorField;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Through the steps of the solver, one step on the tape at a time: the same gradient as {@link
 * Backpropagation}, with the memory of one step and of the points between steps, for one more solve
 * forward.
 *
 * @param solver of the solve; freeze adaptive steps first
 */
public record Checkpoints(FixedSteps solver) implements SolveGradient {
  @Override
  public Gradient of(
      ParamStore store,
      double[] gradient,
      Supplier<VectorField> field,
      double[] x,
      Shape shape,
      Terminal terminal) {
    Arena arena = Arena.current();
    Shape rows = shape.leading(-1);
    List<double[]> points = new ArrayList<>();
    points.add(x);
    double[] logDet = new double[rows.size()];
    VectorField forward = field.get();
    for (int i = 0; i < solver.steps(); i++) {
      Tensor start = arena.tensor(points.get(i), shape);
      Solution end = step().solve(forward, share(i), share(i + 1), start);
      points.add(end.value().toDoubles());
      add(logDet, end.integral().expand(rows).toDoubles());
    }
    Ends ends = Ends.of(terminal, points.get(solver.steps()), logDet, shape);
    double[] a = ends.towardsValue();
    for (int i = solver.steps() - 1; i >= 0; i--) {
      int at = i;
      double[] cotangent = a;
      a =
          Tape.gradient(
                  store,
                  gradient,
                  points.get(i),
                  shape,
                  start -> {
                    Solution end = step().solve(field.get(), share(at), share(at + 1), start);
                    return ends.pairing(end.value(), cotangent, end.integral());
                  })
              .gradients()
              .get(0);
    }
    return new Gradient(ends.loss(), List.of(a));
  }

  private FixedSteps step() {
    return new FixedSteps(solver.method(), List.of(0.0, 1.0));
  }

  private double share(int i) {
    return solver.shares().get(i);
  }

  private static void add(double[] sum, double[] term) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += term[i];
    }
  }
}
