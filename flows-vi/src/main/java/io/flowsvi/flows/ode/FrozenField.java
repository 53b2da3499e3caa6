package io.flowsvi.flows.ode;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Values;
import java.util.Arrays;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * A trained field, carried out by Commons Math's Dormand–Prince 8(5,3): the reference for our
 * steppers, and draws to a tight tolerance.
 *
 * <p>The rows of a call are one system; each evaluation is one batch. Reads the parameters as they
 * are; to fix them, restore a snapshot first.
 */
public final class FrozenField {
  private static final double SMALLEST_STEP = 1e-12;

  private final Session session;
  private final Dynamics dynamics;
  private final double tolerance;

  /** A field that needs no numbers from outside, solved to this tolerance. */
  public FrozenField(Session session, Dynamics dynamics, double tolerance) {
    if (dynamics.layout().size() != 0) {
      throw new LayerException(
          "A FrozenField needs dynamics without numbers from outside, but these have the layout "
              + dynamics.layout()
              + ". Likely fix: a field without a context.");
    }
    this.session = session;
    this.dynamics = dynamics;
    this.tolerance = tolerance;
  }

  /** Rows {@code [n, D]} of time {@code from} at time {@code to}. */
  public double[] carry(double[] rows, double from, double to) {
    return Arrays.copyOf(carryWithLogDet(rows, from, to, 0), rows.length);
  }

  /** Rows of time {@code from} at time {@code to}, and behind them ∫ tr ∂f/∂x dt of each. */
  public double[] carryWithLogDet(double[] rows, double from, double to) {
    return carryWithLogDet(rows, from, to, rows.length / dynamics.dim());
  }

  /** n draws: standard normal rows of time {@code from} at time {@code to}; row i has key i. */
  public double[] sample(int n, double from, double to, Seed seed) {
    double[] noise = seed.fill(Shape.of(n, dynamics.dim()), FrozenField::normals);
    return carry(noise, from, to);
  }

  private static void normals(UniformRandomProvider random, double[] target, int from, int to) {
    ZigguratSampler.NormalizedGaussian sampler = ZigguratSampler.NormalizedGaussian.of(random);
    for (int i = from; i < to; i++) {
      target[i] = sampler.sample();
    }
  }

  private double[] carryWithLogDet(double[] rows, double from, double to, int traces) {
    int d = dynamics.dim();
    if (rows.length % d != 0) {
      throw new LayerException(rows.length + " numbers are no whole rows of " + d + ".");
    }
    double[] state = Arrays.copyOf(rows, rows.length + traces);
    Shape shape = Shape.of(rows.length / d, d);
    FirstOrderDifferentialEquations system =
        new FirstOrderDifferentialEquations() {
          @Override
          public int getDimension() {
            return state.length;
          }

          @Override
          public void computeDerivatives(double t, double[] y, double[] rate) {
            double[] z = Arrays.copyOf(y, rows.length);
            session.compute(
                arena -> {
                  VectorField field = dynamics.bind(Values.empty());
                  if (traces == 0) {
                    double[] f = field.velocity(t, arena.tensor(z, shape)).toDoubles();
                    System.arraycopy(f, 0, rate, 0, f.length);
                    return null;
                  }
                  Flowline line = field.at(t, arena.tensor(z, shape));
                  System.arraycopy(line.velocity().toDoubles(), 0, rate, 0, z.length);
                  double[] trace = line.divergence().expand(Shape.of(traces)).toDoubles();
                  System.arraycopy(trace, 0, rate, z.length, traces);
                  return null;
                });
          }
        };
    new DormandPrince853Integrator(SMALLEST_STEP, 1, tolerance, tolerance)
        .integrate(system, from, state, to, state);
    return state;
  }
}
