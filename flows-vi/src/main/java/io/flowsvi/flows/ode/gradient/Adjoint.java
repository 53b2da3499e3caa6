package io.flowsvi.flows.ode.gradient;

import io.flowsvi.flows.ode.Flowline;
import io.flowsvi.flows.ode.Solution;
import io.flowsvi.flows.ode.Solver;
import io.flowsvi.flows.ode.VectorField;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Gradient;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tape;
import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.DormandPrince54Integrator;

/**
 * By the adjoint equation: a solve backwards in time of the points, of a(t) = ∂L/∂z(t) and of the
 * parameters' gradient.
 *
 * <p>da/dt = −aᵀ ∂f/∂z − c ∂(tr ∂f/∂z)/∂z, dg/dt = −aᵀ ∂f/∂θ − c ∂(tr ∂f/∂z)/∂θ, c = ∂L/∂ℓ. Memory
 * does not grow with the number of evaluations. The points are found again by solving backwards, so
 * the gradient is that of the continuous problem, off by the tolerances of both solves: the exact
 * gradient of neither. Chen, Rubanova, Bettencourt and Duvenaud (2018), algorithm 1.
 *
 * @param solver of the solve forward
 * @param tolerance of the solve backwards, by Commons Math's Dormand–Prince 5(4)
 */
public record Adjoint(Solver solver, double tolerance) implements SolveGradient {
  @Override
  public Gradient of(
      ParamStore store,
      double[] gradient,
      Supplier<VectorField> field,
      double[] x,
      Shape shape,
      Terminal terminal) {
    Arena arena = Arena.current();
    Solution end = solver.solve(field.get(), 0, 1, arena.tensor(x, shape));
    double[] z = end.value().toDoubles();
    double[] logDet = end.integral().expand(shape.leading(-1)).toDoubles();
    Ends ends = Ends.of(terminal, z, logDet, shape);
    int n = x.length;
    double[] state = new double[2 * n + store.size()];
    System.arraycopy(z, 0, state, 0, n);
    System.arraycopy(ends.towardsValue(), 0, state, n, n);
    new DormandPrince54Integrator(1e-12, 1, tolerance, tolerance)
        .integrate(new Backwards(store, field, ends, n), 1, state, 0, state);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] += state[2 * n + i];
    }
    return new Gradient(ends.loss(), List.of(java.util.Arrays.copyOfRange(state, n, 2 * n)));
  }

  /** The right-hand side of (z, a, g). */
  private record Backwards(ParamStore store, Supplier<VectorField> field, Ends ends, int n)
      implements FirstOrderDifferentialEquations {
    @Override
    public int getDimension() {
      return 2 * n + store.size();
    }

    @Override
    public void computeDerivatives(double t, double[] state, double[] rate) {
      double[] towardsParameters = new double[store.size()];
      double[] z = java.util.Arrays.copyOfRange(state, 0, n);
      double[] a = java.util.Arrays.copyOfRange(state, n, 2 * n);
      double[] towardsPoints =
          Tape.gradient(
                  store,
                  towardsParameters,
                  z,
                  ends.shape(),
                  at -> {
                    Flowline line = field.get().at(t, at);
                    System.arraycopy(line.velocity().toDoubles(), 0, rate, 0, n);
                    return ends.pairing(line.velocity(), a, line.divergence());
                  })
              .gradients()
              .get(0);
      for (int i = 0; i < n; i++) {
        rate[n + i] = -towardsPoints[i];
      }
      for (int i = 0; i < towardsParameters.length; i++) {
        rate[2 * n + i] = -towardsParameters[i];
      }
    }
  }
}
