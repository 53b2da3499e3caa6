package io.flowsvi.flows.ode;

import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;

/**
 * One step of a {@link ButcherTableau}, and what the divergence and the penalty add up to in it.
 *
 * <p>Only the point drives the field, so stages without weight find velocities alone.
 */
final class RungeKutta {
  private RungeKutta() {}

  /**
   * A step taken.
   *
   * @param value where it ends
   * @param integral of the divergence
   * @param energy of the penalty
   * @param stages the flowlines on the way
   */
  record Step(Tensor value, Tensor integral, Tensor energy, List<Flowline> stages) {}

  /** What a method's estimated error is: of the point, and of the integral. */
  record Error(Tensor value, Tensor integral) {}

  /** From x at t to t + h; the field at (x, t) is known. */
  static Step step(
      ButcherTableau method, VectorField field, double t, double h, Tensor x, Flowline first) {
    List<Flowline> stages = new ArrayList<>();
    stages.add(first);
    for (int i = 1; i < method.stages(); i++) {
      int row = i;
      Tensor slope = sum(stages, Flowline::velocity, j -> method.a(row, j));
      Tensor at = x.plus(slope.times(h));
      double time = t + method.c(i) * h;
      stages.add(method.b(i) == 0 ? Flowline.of(field.velocity(time, at)) : field.at(time, at));
    }
    Tensor value = x.plus(sum(stages, Flowline::velocity, method::b).times(h));
    Tensor integral = sum(stages, Flowline::divergence, method::b).times(h);
    // A penalty counts along the way, whichever way that is.
    Tensor energy = sum(stages, Flowline::energy, method::b).times(Math.abs(h));
    return new Step(value, integral, energy, stages);
  }

  /** The error of a step, constant for the gradient; the field at its end is known. */
  static Error error(ButcherTableau method, double h, Step step, Flowline end) {
    List<Flowline> stages = new ArrayList<>(step.stages());
    if (method.errorSeesTheEnd()) {
      stages.add(end);
    }
    Tensor value = sum(stages, s -> s.velocity().stopGradient(), method::error);
    Tensor integral = sum(stages, s -> s.divergence().stopGradient(), method::error);
    return new Error(value.times(h), integral.times(h));
  }

  /**
   * Σ_j c_j v_j, without h: an adaptive h is new in every step, the tableau's numbers are not, and
   * an engine keeps those it has met.
   */
  private static Tensor sum(
      List<Flowline> stages, Function<Flowline, Tensor> part, IntToDoubleFunction coefficient) {
    Tensor sum = Tensor.number(0);
    for (int j = 0; j < stages.size(); j++) {
      double c = coefficient.applyAsDouble(j);
      if (c != 0) {
        sum = sum.plus(part.apply(stages.get(j)).times(c));
      }
    }
    return sum;
  }
}
